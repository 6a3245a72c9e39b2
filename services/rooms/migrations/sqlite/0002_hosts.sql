ALTER TABLE `participants` ADD `is_moderator` integer;--> statement-breakpoint
ALTER TABLE `rooms` ADD `owner_id` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `successor_id` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `control` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `wait_for_ready` integer;--> statement-breakpoint
ALTER TABLE `rooms` ADD `pause_for_stalled` integer;--> statement-breakpoint
ALTER TABLE `rooms` ADD `playback_policy` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `video_chosen_by` text;--> statement-breakpoint
ALTER TABLE `rooms` ADD `video_command_id` text;--> statement-breakpoint
CREATE INDEX `rooms_owner_idx` ON `rooms` (`owner_id`);
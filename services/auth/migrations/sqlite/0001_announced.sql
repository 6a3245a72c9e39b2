CREATE TABLE `announced` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`user_id` text NOT NULL,
	`data` text NOT NULL,
	`created_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `announced_user_idx` ON `announced` (`user_id`);--> statement-breakpoint
CREATE INDEX `announced_created_at_idx` ON `announced` (`created_at_ms`);
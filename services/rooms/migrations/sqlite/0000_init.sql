CREATE TABLE `guesses` (
	`key` text PRIMARY KEY NOT NULL,
	`next_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `guesses_next_idx` ON `guesses` (`next_ms`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`data` text NOT NULL,
	`created_at_ms` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_created_at_idx` ON `outbox` (`created_at_ms`);--> statement-breakpoint
CREATE TABLE `participants` (
	`room_id` text NOT NULL,
	`user_id` text NOT NULL,
	`display_name` text NOT NULL,
	`is_guest` integer NOT NULL,
	`standing` text NOT NULL,
	`role` text NOT NULL,
	`joined_at_ms` integer NOT NULL,
	`standing_since_ms` integer NOT NULL,
	`last_heartbeat_ms` integer,
	`named_at_ms` integer NOT NULL,
	`version` integer NOT NULL,
	PRIMARY KEY(`room_id`, `user_id`),
	FOREIGN KEY (`room_id`) REFERENCES `rooms`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `participants_standing_idx` ON `participants` (`room_id`,`standing`,`joined_at_ms`);--> statement-breakpoint
CREATE INDEX `participants_user_idx` ON `participants` (`user_id`);--> statement-breakpoint
CREATE TABLE `rooms` (
	`id` text PRIMARY KEY NOT NULL,
	`code` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`host_id` text NOT NULL,
	`host_name` text NOT NULL,
	`host_is_guest` integer NOT NULL,
	`is_private` integer NOT NULL,
	`entry_mode` text,
	`password_hash` text,
	`video_provider` text,
	`video_id` text,
	`is_chat_enabled` integer NOT NULL,
	`is_active` integer NOT NULL,
	`created_at_ms` integer NOT NULL,
	`counter` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `rooms_code_idx` ON `rooms` (`code`);--> statement-breakpoint
CREATE INDEX `rooms_host_idx` ON `rooms` (`host_id`);--> statement-breakpoint
CREATE INDEX `rooms_listed_idx` ON `rooms` (`is_private`,`is_active`,`created_at_ms`,`id`);
CREATE TABLE `films` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`kind` text NOT NULL,
	`seats` integer NOT NULL,
	`shown_at_ms` integer NOT NULL,
	`is_silent` integer DEFAULT false NOT NULL,
	`credits` text NOT NULL,
	`note` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `films_title_idx` ON `films` (`title`);--> statement-breakpoint
CREATE INDEX `films_shown_at_idx` ON `films` (`shown_at_ms`);--> statement-breakpoint
CREATE TABLE `seats` (
	`film_id` text NOT NULL,
	`person` text NOT NULL,
	PRIMARY KEY(`film_id`, `person`),
	FOREIGN KEY (`film_id`) REFERENCES `films`(`id`) ON UPDATE no action ON DELETE cascade
);

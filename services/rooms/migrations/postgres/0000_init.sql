CREATE TABLE "guesses" (
	"key" text PRIMARY KEY NOT NULL,
	"next_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"data" text NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "participants" (
	"room_id" text NOT NULL,
	"user_id" text NOT NULL,
	"display_name" text NOT NULL,
	"is_guest" boolean NOT NULL,
	"standing" text NOT NULL,
	"role" text NOT NULL,
	"joined_at_ms" bigint NOT NULL,
	"standing_since_ms" bigint NOT NULL,
	"last_heartbeat_ms" bigint,
	"named_at_ms" bigint NOT NULL,
	"version" integer NOT NULL,
	CONSTRAINT "participants_room_id_user_id_pk" PRIMARY KEY("room_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "rooms" (
	"id" text PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"name_folded" text NOT NULL,
	"host_id" text NOT NULL,
	"host_name" text NOT NULL,
	"host_is_guest" boolean NOT NULL,
	"is_private" boolean NOT NULL,
	"entry_mode" text,
	"password_hash" text,
	"video_provider" text,
	"video_id" text,
	"is_chat_enabled" boolean NOT NULL,
	"is_active" boolean NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"counter" integer NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "participants" ADD CONSTRAINT "participants_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "guesses_next_idx" ON "guesses" USING btree ("next_ms");--> statement-breakpoint
CREATE INDEX "outbox_created_at_idx" ON "outbox" USING btree ("created_at_ms");--> statement-breakpoint
CREATE INDEX "participants_standing_idx" ON "participants" USING btree ("room_id","standing","joined_at_ms");--> statement-breakpoint
CREATE INDEX "participants_user_idx" ON "participants" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "rooms_code_idx" ON "rooms" USING btree ("code");--> statement-breakpoint
CREATE INDEX "rooms_host_idx" ON "rooms" USING btree ("host_id");--> statement-breakpoint
CREATE INDEX "rooms_listed_idx" ON "rooms" USING btree ("is_private","is_active","created_at_ms","id");
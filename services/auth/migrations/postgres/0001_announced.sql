CREATE TABLE "announced" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"user_id" text NOT NULL,
	"data" text NOT NULL,
	"created_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "announced_user_idx" ON "announced" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "announced_created_at_idx" ON "announced" USING btree ("created_at_ms");
CREATE TABLE "films" (
	"id" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"kind" text NOT NULL,
	"seats" integer NOT NULL,
	"shown_at_ms" bigint NOT NULL,
	"is_silent" boolean DEFAULT false NOT NULL,
	"credits" text NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"film_id" text NOT NULL,
	"person" text NOT NULL,
	CONSTRAINT "seats_film_id_person_pk" PRIMARY KEY("film_id","person")
);
--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_film_id_films_id_fk" FOREIGN KEY ("film_id") REFERENCES "public"."films"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "films_title_idx" ON "films" USING btree ("title");--> statement-breakpoint
CREATE INDEX "films_shown_at_idx" ON "films" USING btree ("shown_at_ms");

CREATE TABLE "demotions" (
	"rulebook_id" bigint NOT NULL,
	"rule_id" text NOT NULL,
	"approval_id" uuid NOT NULL,
	"why" text NOT NULL,
	"demoted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "demotions_rulebook_id_rule_id_pk" PRIMARY KEY("rulebook_id","rule_id")
);
--> statement-breakpoint
CREATE TABLE "rulebooks" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"hash" text NOT NULL,
	"text" text NOT NULL,
	"applied_by" text NOT NULL,
	"weaker" jsonb NOT NULL,
	"applied_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "observation" jsonb;--> statement-breakpoint
ALTER TABLE "evaluations" ADD COLUMN "rulebook_answer" text;--> statement-breakpoint
ALTER TABLE "demotions" ADD CONSTRAINT "demotions_rulebook_id_rulebooks_id_fk" FOREIGN KEY ("rulebook_id") REFERENCES "public"."rulebooks"("id") ON DELETE no action ON UPDATE no action;
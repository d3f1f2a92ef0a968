CREATE TABLE "payments" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection" text NOT NULL,
	"reference" text NOT NULL,
	"approval_id" uuid,
	"dimensions" jsonb NOT NULL,
	"tags" text[] NOT NULL,
	"amount_base" numeric,
	"value" numeric,
	"currency" text,
	"is_open" boolean NOT NULL,
	"source" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spend_anchors" (
	"anchor" text NOT NULL,
	"key_id" bigint NOT NULL,
	CONSTRAINT "spend_anchors_anchor_key_id_pk" PRIMARY KEY("anchor","key_id")
);
--> statement-breakpoint
CREATE TABLE "spend_keys" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"connection" text NOT NULL,
	"counter" jsonb NOT NULL,
	"values" jsonb NOT NULL,
	"currency" text,
	"last_at" timestamp with time zone,
	"counted" bigint DEFAULT 0 NOT NULL,
	"base" numeric DEFAULT '0' NOT NULL,
	"without_amount" bigint DEFAULT 0 NOT NULL,
	"value" numeric DEFAULT '0' NOT NULL,
	"without_price" bigint DEFAULT 0 NOT NULL,
	"open_counted" bigint DEFAULT 0 NOT NULL,
	"open_base" numeric DEFAULT '0' NOT NULL,
	"open_without_amount" bigint DEFAULT 0 NOT NULL,
	"open_value" numeric DEFAULT '0' NOT NULL,
	"open_without_price" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "spend_shapes" (
	"connection" text NOT NULL,
	"per" text NOT NULL,
	"listed" text NOT NULL,
	CONSTRAINT "spend_shapes_connection_per_listed_pk" PRIMARY KEY("connection","per","listed")
);
--> statement-breakpoint
CREATE TABLE "spend_totals" (
	"key_id" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"payment_id" bigint NOT NULL,
	"counted" bigint DEFAULT 0 NOT NULL,
	"base" numeric DEFAULT '0' NOT NULL,
	"without_amount" bigint DEFAULT 0 NOT NULL,
	"value" numeric DEFAULT '0' NOT NULL,
	"without_price" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "spend_totals_key_id_at_payment_id_pk" PRIMARY KEY("key_id","at","payment_id")
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "searched_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "payments_once" ON "payments" USING btree ("connection","reference");--> statement-breakpoint
CREATE INDEX "payments_by_tag" ON "payments" USING gin ("tags");--> statement-breakpoint
CREATE INDEX "payments_by_approval" ON "payments" USING btree ("approval_id") WHERE approval_id is not null;--> statement-breakpoint
CREATE INDEX "payments_open" ON "payments" USING btree ("connection") WHERE is_open;--> statement-breakpoint
CREATE UNIQUE INDEX "spend_keys_once" ON "spend_keys" USING btree ("digest");--> statement-breakpoint
CREATE INDEX "deliveries_unsearched" ON "deliveries" USING btree ("id") WHERE platform_id is null and searched_at is null;
CREATE TABLE "approvals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection" text NOT NULL,
	"platform_id" text NOT NULL,
	"state" text DEFAULT 'received' NOT NULL,
	"state_reason" text,
	"ended_elsewhere" boolean DEFAULT false NOT NULL,
	"fingerprint" text,
	"revision" integer DEFAULT 0 NOT NULL,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"may_not_vote" text,
	"platform_status" text,
	"expires_at" timestamp with time zone,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"read_at" timestamp with time zone,
	"asked_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approvals_state" CHECK (state in ('received', 'unreadable', 'pending', 'deciding', 'sending', 'sent', 'blocked', 'approved', 'denied', 'expired', 'failed', 'cancelled')),
	CONSTRAINT "approvals_ended" CHECK ((ended_at is not null) = (state in ('approved', 'denied', 'expired', 'failed', 'cancelled')))
);
--> statement-breakpoint
CREATE TABLE "cards" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"approval_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"person_id" text DEFAULT '' NOT NULL,
	"channel" text NOT NULL,
	"ts" text,
	"drawn_digest" text,
	"revision" integer DEFAULT 0 NOT NULL,
	"reminded_at" timestamp with time zone,
	"error" text,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decisions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"approval_id" uuid NOT NULL,
	"value" text NOT NULL,
	"fingerprint" text NOT NULL,
	"basis" jsonb NOT NULL,
	"decided_at" timestamp with time zone NOT NULL,
	"send_after" timestamp with time zone NOT NULL,
	"first_attempt_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"withdrawn_why" text,
	"audit_seq" bigint NOT NULL,
	"audit_mac" text NOT NULL,
	CONSTRAINT "decisions_value" CHECK (value in ('approved', 'denied')),
	CONSTRAINT "decisions_no_withdrawal_after_attempt" CHECK (withdrawn_at is null or first_attempt_at is null),
	CONSTRAINT "decisions_denied_by_people" CHECK (value <> 'denied' or jsonb_array_length(basis -> 'people') > 0)
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection" text NOT NULL,
	"dedupe_key" text NOT NULL,
	"event_kind" text NOT NULL,
	"platform_id" text,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evaluations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"approval_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"verdict" text NOT NULL,
	"rule" text,
	"reasons" jsonb NOT NULL,
	"findings" jsonb NOT NULL,
	"rulebook_hash" text,
	"evaluated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "evaluations_verdict" CHECK (verdict in ('approve', 'abstain')),
	CONSTRAINT "evaluations_rule" CHECK (verdict <> 'approve' or rule is not null)
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"approval_id" uuid NOT NULL,
	"person_id" text NOT NULL,
	"reason" text NOT NULL,
	"by_initiator" boolean DEFAULT false NOT NULL,
	"placed_at" timestamp with time zone NOT NULL,
	"lift_asked_by" text,
	"lifted_at" timestamp with time zone,
	"lifted_by" text
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"approval_id" uuid NOT NULL,
	"decision_id" uuid NOT NULL,
	"amount" numeric(100, 18) NOT NULL,
	"currency" text NOT NULL,
	"reserved_at" timestamp with time zone NOT NULL,
	"released_at" timestamp with time zone,
	"released_why" text
);
--> statement-breakpoint
CREATE TABLE "snapshots" (
	"approval_id" uuid NOT NULL,
	"fingerprint" text NOT NULL,
	"document" jsonb NOT NULL,
	"decisive" text NOT NULL,
	"first_read_at" timestamp with time zone NOT NULL,
	"last_read_at" timestamp with time zone NOT NULL,
	CONSTRAINT "snapshots_approval_id_fingerprint_pk" PRIMARY KEY("approval_id","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"decision_id" uuid NOT NULL,
	"approval_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"outcome" text,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "votes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"approval_id" uuid NOT NULL,
	"group_key" text NOT NULL,
	"person_id" text NOT NULL,
	"slack_user" text NOT NULL,
	"choice" text NOT NULL,
	"reason" text,
	"fingerprint" text NOT NULL,
	"shown_digest" text NOT NULL,
	"cast_at" timestamp with time zone NOT NULL,
	"withdrawn_at" timestamp with time zone,
	CONSTRAINT "votes_denial_has_reason" CHECK (choice <> 'deny' or length(reason) > 0)
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"event" text NOT NULL,
	"approval_id" uuid,
	"actor" text NOT NULL,
	"details" text NOT NULL,
	"config_hash" text NOT NULL,
	"previous" text NOT NULL,
	"mac" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "changed_people" (
	"person_id" text PRIMARY KEY NOT NULL,
	"changed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "configurations" (
	"hash" text PRIMARY KEY NOT NULL,
	"document" jsonb NOT NULL,
	"adopted_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection" text,
	"kind" text NOT NULL,
	"words" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"posted_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"task" jsonb NOT NULL,
	"not_before" timestamp with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"enqueued_at" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "switches" (
	"name" text PRIMARY KEY NOT NULL,
	"is_on" boolean NOT NULL,
	"reason" text NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	"resume_asked_by" text
);
--> statement-breakpoint
ALTER TABLE "cards" ADD CONSTRAINT "cards_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decisions" ADD CONSTRAINT "decisions_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "evaluations" ADD CONSTRAINT "evaluations_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "snapshots" ADD CONSTRAINT "snapshots_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_decision_id_decisions_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decisions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "approvals_once" ON "approvals" USING btree ("connection","platform_id");--> statement-breakpoint
CREATE INDEX "approvals_open" ON "approvals" USING btree ("connection") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "cards_one" ON "cards" USING btree ("approval_id","kind","person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "decisions_one_live" ON "decisions" USING btree ("approval_id") WHERE withdrawn_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_once" ON "deliveries" USING btree ("connection","dedupe_key");--> statement-breakpoint
CREATE INDEX "deliveries_by_time" ON "deliveries" USING brin ("received_at");--> statement-breakpoint
CREATE INDEX "evaluations_latest" ON "evaluations" USING btree ("approval_id","evaluated_at");--> statement-breakpoint
CREATE UNIQUE INDEX "holds_one_per_person" ON "holds" USING btree ("approval_id","person_id") WHERE lifted_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "reservations_once" ON "reservations" USING btree ("key","decision_id");--> statement-breakpoint
CREATE INDEX "reservations_window" ON "reservations" USING btree ("key","reserved_at") WHERE released_at is null;--> statement-breakpoint
CREATE INDEX "reservations_by_approval" ON "reservations" USING btree ("approval_id");--> statement-breakpoint
CREATE UNIQUE INDEX "submissions_attempt" ON "submissions" USING btree ("decision_id","attempt");--> statement-breakpoint
CREATE UNIQUE INDEX "submissions_one_open" ON "submissions" USING btree ("decision_id") WHERE finished_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "votes_one_per_person" ON "votes" USING btree ("approval_id","group_key","fingerprint","person_id");--> statement-breakpoint
CREATE INDEX "audit_by_approval" ON "audit_log" USING btree ("approval_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_key" ON "outbox" USING btree ("key");--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("not_before");
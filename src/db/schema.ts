// The tables. Invariants that can be an index or a constraint are one: code may be wrong, the schema may not.
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Approval } from '../domain/approval.ts';
import type { DecisionBasis } from '../domain/decision.ts';
import type { Finding } from '../domain/finding.ts';
import { states } from '../domain/lifecycle.ts';
import type { Observation } from '../domain/rulebook.ts';

export * from './schema-operations.ts';
export * from './schema-rulebook.ts';
export * from './schema-spend.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });
const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const oneOf = (column: string, values: readonly string[]) =>
  sql.raw(`${column} in (${values.map((value) => `'${value}'`).join(', ')})`);

/** Exact bytes of every verified webhook, once per event whatever its retries. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    connection: text('connection').notNull(),
    dedupeKey: text('dedupe_key').notNull(),
    eventKind: text('event_kind').notNull(),
    /** The platform's id of the approval that it hints at. */
    platformId: text('platform_id'),
    headers: jsonb('headers').$type<Record<string, string>>().notNull(),
    body: bytea('body').notNull(),
    receivedAt: instant('received_at').notNull().defaultNow(),
    /** When it was looked through for a transfer that needed no approval. */
    searchedAt: instant('searched_at'),
  },
  (t) => [
    uniqueIndex('deliveries_once').on(t.connection, t.dedupeKey),
    index('deliveries_by_time').using('brin', t.receivedAt),
    index('deliveries_unsearched')
      .on(t.id)
      .where(sql`platform_id is null and searched_at is null`),
  ],
);

export const approvals = pgTable(
  'approvals',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    connection: text('connection').notNull(),
    platformId: text('platform_id').notNull(),
    state: text('state', { enum: states }).notNull().default('received'),
    /** Why it is unreadable or blocked, or how it ended; in words. */
    stateReason: text('state_reason'),
    /** Ended, or lost to somebody else's decision, although we never sent one. */
    endedElsewhere: boolean('ended_elsewhere').notNull().default(false),
    fingerprint: text('fingerprint'),
    /** How often the content has changed since it was first read; the card says so. */
    revision: integer('revision').notNull().default(0),
    /** What changed with the last revision, in words. */
    changes: jsonb('changes').$type<readonly string[]>().notNull().default([]),
    /** What the platform's own account may do here was learnt from a refusal: our vote is not accepted. */
    mayNotVote: text('may_not_vote'),
    platformStatus: text('platform_status'),
    expiresAt: instant('expires_at'),
    seenAt: instant('seen_at').notNull().defaultNow(),
    /** When the read of the platform that this row reflects was started: an older answer never overwrites it. */
    readAt: instant('read_at'),
    askedAt: instant('asked_at'),
    endedAt: instant('ended_at'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [
    uniqueIndex('approvals_once').on(t.connection, t.platformId),
    index('approvals_open')
      .on(t.connection)
      .where(sql`ended_at is null`),
    check('approvals_state', oneOf('state', states)),
    check(
      'approvals_ended',
      sql`(ended_at is not null) = (state in ('approved', 'denied', 'expired', 'failed', 'cancelled'))`,
    ),
  ],
);

/** The approval as read, once per fingerprint; `document` is refreshed while the fingerprint stays (votes, status). */
export const snapshots = pgTable(
  'snapshots',
  {
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    fingerprint: text('fingerprint').notNull(),
    document: jsonb('document').$type<Omit<Approval, 'decisive'>>().notNull(),
    /** The hashed content as exact JSON text, for whoever recomputes the fingerprint years later. */
    decisive: text('decisive').notNull(),
    firstReadAt: instant('first_read_at').notNull(),
    lastReadAt: instant('last_read_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.approvalId, t.fingerprint] })],
);

export const evaluations = pgTable(
  'evaluations',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    fingerprint: text('fingerprint').notNull(),
    verdict: text('verdict', { enum: ['approve', 'abstain'] }).notNull(),
    rule: text('rule'),
    reasons: jsonb('reasons').$type<readonly string[]>().notNull(),
    findings: jsonb('findings').$type<readonly Finding[]>().notNull(),
    rulebookHash: text('rulebook_hash'),
    /** What the rulebook was asked about, to ask it again; null where no rulebook was in force. */
    observation: jsonb('observation').$type<Observation>(),
    /** The rulebook's answer as canonical JSON: a replay must give the same bytes. */
    rulebookAnswer: text('rulebook_answer'),
    evaluatedAt: instant('evaluated_at').notNull(),
  },
  (t) => [
    index('evaluations_latest').on(t.approvalId, t.evaluatedAt),
    check('evaluations_verdict', sql`verdict in ('approve', 'abstain')`),
    check('evaluations_rule', sql`verdict <> 'approve' or rule is not null`),
  ],
);

/** One live vote per person, group and fingerprint; what it replaced stands in the audit log. */
export const votes = pgTable(
  'votes',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    groupKey: text('group_key').notNull(),
    personId: text('person_id').notNull(),
    slackUser: text('slack_user').notNull(),
    choice: text('choice', { enum: ['approve', 'deny'] }).notNull(),
    reason: text('reason'),
    fingerprint: text('fingerprint').notNull(),
    shownDigest: text('shown_digest').notNull(),
    castAt: instant('cast_at').notNull(),
    withdrawnAt: instant('withdrawn_at'),
  },
  (t) => [
    uniqueIndex('votes_one_per_person').on(t.approvalId, t.groupKey, t.fingerprint, t.personId),
    check('votes_denial_has_reason', sql`choice <> 'deny' or length(reason) > 0`),
  ],
);

/** A rejection holds at once; it is lifted by the rejecter, or by two admins. */
export const holds = pgTable(
  'holds',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    personId: text('person_id').notNull(),
    reason: text('reason').notNull(),
    byInitiator: boolean('by_initiator').notNull().default(false),
    placedAt: instant('placed_at').notNull(),
    /** Admins who asked to lift it; the second one does. */
    liftAskedBy: text('lift_asked_by'),
    liftedAt: instant('lifted_at'),
    liftedBy: text('lifted_by'),
  },
  (t) => [
    uniqueIndex('holds_one_per_person')
      .on(t.approvalId, t.personId)
      .where(sql`lifted_at is null`),
  ],
);

/** At most one live decision per approval: this index, not a code path. */
export const decisions = pgTable(
  'decisions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    value: text('value', { enum: ['approved', 'denied'] }).notNull(),
    fingerprint: text('fingerprint').notNull(),
    basis: jsonb('basis').$type<DecisionBasis>().notNull(),
    decidedAt: instant('decided_at').notNull(),
    sendAfter: instant('send_after').notNull(),
    firstAttemptAt: instant('first_attempt_at'),
    withdrawnAt: instant('withdrawn_at'),
    withdrawnWhy: text('withdrawn_why'),
    auditSeq: bigint('audit_seq', { mode: 'number' }).notNull(),
    /** The chain's head at that moment: sent along as the platform's own copy of it. */
    auditMac: text('audit_mac').notNull(),
  },
  (t) => [
    uniqueIndex('decisions_one_live')
      .on(t.approvalId)
      .where(sql`withdrawn_at is null`),
    check('decisions_value', sql`value in ('approved', 'denied')`),
    check('decisions_no_withdrawal_after_attempt', sql`withdrawn_at is null or first_attempt_at is null`),
    check('decisions_denied_by_people', sql`value <> 'denied' or jsonb_array_length(basis -> 'people') > 0`),
  ],
);

/** Every attempt to send, and what became of it; an attempt without an outcome is unknown and is read again. */
export const submissions = pgTable(
  'submissions',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    decisionId: uuid('decision_id')
      .notNull()
      .references(() => decisions.id),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    attempt: integer('attempt').notNull(),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
    outcome: text('outcome', { enum: ['accepted', 'refused', 'not-sent', 'unknown'] }),
    reason: text('reason'),
  },
  (t) => [
    uniqueIndex('submissions_attempt').on(t.decisionId, t.attempt),
    uniqueIndex('submissions_one_open')
      .on(t.decisionId)
      .where(sql`finished_at is null`),
  ],
);

/** Where an approval is shown: the channel card and the direct messages. Slack is a projection of the rows above. */
export const cards = pgTable(
  'cards',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    kind: text('kind', { enum: ['channel', 'direct'] }).notNull(),
    /** Empty for the channel card. */
    personId: text('person_id').notNull().default(''),
    channel: text('channel').notNull(),
    ts: text('ts'),
    /** Digest of what was last drawn: an unchanged card is not sent again. */
    drawnDigest: text('drawn_digest'),
    /** The revision of the content whose change was last said in the channel. */
    revision: integer('revision').notNull().default(0),
    remindedAt: instant('reminded_at'),
    error: text('error'),
    updatedAt: instant('updated_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('cards_one').on(t.approvalId, t.kind, t.personId)],
);

/** Value that automation or Slack votes have used, per key; released only when the platform says it will not move. */
export const reservations = pgTable(
  'reservations',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    key: text('key').notNull(),
    approvalId: uuid('approval_id')
      .notNull()
      .references(() => approvals.id),
    decisionId: uuid('decision_id')
      .notNull()
      .references(() => decisions.id),
    amount: numeric('amount', { precision: 100, scale: 18 }).notNull(),
    currency: text('currency').notNull(),
    reservedAt: instant('reserved_at').notNull(),
    releasedAt: instant('released_at'),
    releasedWhy: text('released_why'),
  },
  (t) => [
    uniqueIndex('reservations_once').on(t.key, t.decisionId),
    index('reservations_window')
      .on(t.key, t.reservedAt)
      .where(sql`released_at is null`),
    index('reservations_by_approval').on(t.approvalId),
  ],
);

// Tables that no approval owns: work to do, switches, configuration, notices, the audit chain.
import {
  bigint,
  bigserial,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { taskKinds, type Task } from '../domain/task.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** Work left over after a commit; the relay turns rows into jobs, a finished job deletes its row. */
export const outbox = pgTable(
  'outbox',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    key: text('key').notNull(),
    kind: text('kind', { enum: taskKinds }).notNull(),
    task: jsonb('task').$type<Task>().notNull(),
    notBefore: instant('not_before').notNull().defaultNow(),
    /** Grows when the same work is asked for again while it runs: then the row stays, and it runs again. */
    version: integer('version').notNull().default(1),
    enqueuedAt: instant('enqueued_at'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (t) => [uniqueIndex('outbox_key').on(t.key), index('outbox_due').on(t.notBefore)],
);

/** `automation` and `approvals`: missing or unreadable means off. */
export const switches = pgTable('switches', {
  name: text('name', { enum: ['automation', 'approvals'] }).primaryKey(),
  isOn: boolean('is_on').notNull(),
  reason: text('reason').notNull(),
  changedBy: text('changed_by').notNull(),
  changedAt: instant('changed_at').notNull(),
  /** The first of the two admins that resuming needs. */
  resumeAskedBy: text('resume_asked_by'),
});

/** The configuration that a process last started with, to say what changed and who must wait. */
export const configurations = pgTable('configurations', {
  hash: text('hash').primaryKey(),
  document: jsonb('document').$type<Record<string, unknown>>().notNull(),
  adoptedAt: instant('adopted_at').notNull(),
});

export const changedPeople = pgTable('changed_people', {
  personId: text('person_id').primaryKey(),
  changedAt: instant('changed_at').notNull(),
});

/** Things said once in the channel: a pause, a changed configuration, a foreign decision. */
export const notices = pgTable('notices', {
  id: uuid('id').primaryKey().defaultRandom(),
  connection: text('connection'),
  kind: text('kind').notNull(),
  words: text('words').notNull(),
  createdAt: instant('created_at').notNull(),
  postedAt: instant('posted_at'),
});

/** Gapless sequence, each row chained to the one before by a keyed hash. */
export const auditLog = pgTable(
  'audit_log',
  {
    seq: bigint('seq', { mode: 'number' }).primaryKey(),
    at: instant('at').notNull(),
    event: text('event').notNull(),
    approvalId: uuid('approval_id'),
    actor: text('actor').notNull(),
    /** Canonical JSON, as text: what was hashed is what is stored. */
    details: text('details').notNull(),
    configHash: text('config_hash').notNull(),
    previous: text('previous').notNull(),
    mac: text('mac').notNull(),
  },
  (t) => [index('audit_by_approval').on(t.approvalId, t.seq)],
);

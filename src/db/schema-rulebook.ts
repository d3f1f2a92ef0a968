// The rulebook as rows: every version that was ever put in force, and the rules that fell back to shadow.
import { bigint, bigserial, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });

/** The newest row is in force; rows are never changed. */
export const rulebooks = pgTable('rulebooks', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  hash: text('hash').notNull(),
  text: text('text').notNull(),
  /** A person's id, or `system` for the first one, which comes from the configuration. */
  appliedBy: text('applied_by').notNull(),
  /** What it allows that the one before did not, in words. */
  weaker: jsonb('weaker').$type<readonly string[]>().notNull(),
  appliedAt: instant('applied_at').notNull(),
});

/** A rule of one applied rulebook that acts as shadow since a person rejected what it would have approved. */
export const demotions = pgTable(
  'demotions',
  {
    rulebookId: bigint('rulebook_id', { mode: 'number' })
      .notNull()
      .references(() => rulebooks.id),
    ruleId: text('rule_id').notNull(),
    approvalId: uuid('approval_id').notNull(),
    why: text('why').notNull(),
    demotedAt: instant('demoted_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.rulebookId, t.ruleId] })],
);

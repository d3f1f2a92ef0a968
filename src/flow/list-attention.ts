// Everything that waits, and why: a card, or an entry here with a reason.
import { openApprovals } from '../db/approvals.ts';
import { cardsOf, failingCards } from '../db/cards.ts';
import { failingTasks } from '../db/outbox.ts';
import { readSwitches } from '../db/switches.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { FlowContext } from './record.ts';

export type AttentionEntry = {
  readonly subject: string;
  readonly words: string;
  readonly since: EpochMs | null;
};

/** Work that failed this often is worth a person's look; it is still retried. */
const worthALook = 3;

/** A pending approval without a card this long after it was seen is not "on its way" any more. */
const cardDueMs = 60_000;

export async function listAttention(ctx: FlowContext): Promise<readonly AttentionEntry[]> {
  const entries: AttentionEntry[] = [];
  for (const position of await readSwitches(ctx.db)) {
    if (!position.isOn)
      entries.push({ subject: `switch ${position.name}`, words: `off: ${position.reason}`, since: position.changedAt });
  }
  const open = await openApprovals(ctx.db);
  const names = new Map(open.map((row) => [row.id, `${row.connection}/${row.platformId}`]));
  for (const row of open) {
    const subject = `${row.connection}/${row.platformId}`;
    if (row.state === 'unreadable' || row.state === 'blocked') {
      entries.push({ subject, words: `${row.state}: ${row.stateReason ?? 'no reason recorded'}`, since: row.seenAt });
    } else if (row.state === 'received' && ctx.now() - row.seenAt > cardDueMs) {
      entries.push({ subject, words: 'not read from the platform yet', since: row.seenAt });
    } else if (ctx.config.slack.enabled && ctx.now() - row.seenAt > cardDueMs && !(await hasCard(ctx, row.id))) {
      entries.push({ subject, words: 'waits without a card', since: row.seenAt });
    }
  }
  for (const card of await failingCards(ctx.db)) {
    entries.push({
      subject: `card of ${names.get(card.approvalId) ?? card.approvalId}`,
      words: `Slack does not show it as it should: ${card.error ?? 'unknown error'}`,
      since: null,
    });
  }
  for (const task of await failingTasks(ctx.db, worthALook)) {
    entries.push({
      subject: task.key,
      words: `failed ${task.attempts} times: ${task.lastError ?? 'no reason recorded'}`,
      since: null,
    });
  }
  return entries;
}

async function hasCard(ctx: FlowContext, approvalId: string): Promise<boolean> {
  return (await cardsOf(ctx.db, approvalId)).some((card) => card.kind === 'channel' && card.ts !== null);
}

// Judges a test by the platform's and Slack's own ledgers: what was decided, by whom, how often, and what people see.
import { setTimeout as sleep } from 'node:timers/promises';
import { bot } from '../../src/sandbox/company.ts';
import type { DecisionCall, Ledger } from '../../src/sandbox/custody/ledger.ts';
import type { State } from '../../src/domain/lifecycle.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { until } from '../queue/until.ts';
import { buttonsOf, cardsOf } from './gestures.ts';
import type { Deployment } from './harness.ts';

export type Status = 'Pending' | 'Approved' | 'Denied' | 'Expired';

export function statusOf(deployment: Deployment, approvalId: string): Status {
  const found = deployment.sandbox.custody.ledger().approvals.find(({ approval }) => approval.id === approvalId);
  if (found === undefined) throw new Error(`the platform knows no ${approvalId}`);
  return found.approval.status;
}

export async function platformSays(
  deployment: Deployment,
  approvalId: string,
  status: Status,
  timeoutMs = 60_000,
): Promise<void> {
  await until(`the platform says ${status}`, () => statusOf(deployment, approvalId) === status, timeoutMs);
}

/** Our own record of it; the platform and Slack are asked separately. */
export async function rowIs(
  deployment: Deployment,
  approvalId: string,
  state: State,
  timeoutMs = 60_000,
): Promise<void> {
  await until(`we record ${state}`, async () => (await deployment.row(approvalId))?.state === state, timeoutMs);
}

/** Calls of the decision route under the bot's own account, whatever became of them. */
export function ourCalls(ledger: Ledger, approvalId: string): readonly DecisionCall[] {
  return ledger.decisionCalls.filter((call) => call.approvalId === approvalId && call.userId === bot.userId);
}

/** What a whole story looks like from the platform: one line per call, in order. */
export function callsOf(deployment: Deployment, approvalId: string): readonly string[] {
  return ourCalls(deployment.sandbox.custody.ledger(), approvalId).map(
    (call) => `${call.value} ${call.applied ? 'applied' : 'not applied'}`,
  );
}

const live: readonly string[] = [actionIds.approve, actionIds.reject];

/**
 * The card ends with the platform's word, and nothing in the channel offers a vote any more. `orphans`: how many cards
 * a reply that got lost may have left behind.
 */
export async function cardsEnd(
  deployment: Deployment,
  approvalId: string,
  words: string | RegExp,
  orphans = 0,
): Promise<void> {
  const shows = (text: string): boolean => (typeof words === 'string' ? text.includes(words) : words.test(text));
  await until(
    `the card says ${String(words)}`,
    async () => {
      const cards = await cardsOf(deployment, approvalId);
      return cards.some((card) => shows(headerOf(card.blocks)));
    },
    30_000,
  );
  const cards = await cardsOf(deployment, approvalId);
  if (cards.length > 1 + orphans) throw new Error(`${cards.length} cards for one approval`);
  const offering = cards.filter((card) => buttonsOf(card).some((button) => live.includes(button.actionId)));
  if (offering.length > orphans) throw new Error(`a card still offers a vote: ${JSON.stringify(offering[0])}`);
}

function headerOf(blocks: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify(blocks.find((block) => block['type'] === 'header') ?? null);
}

/** Nothing that Slack would have refused, or a person would have seen as an error. */
export function slackComplaints(deployment: Deployment): readonly string[] {
  return deployment.sandbox.slack.state().violations.map((violation) => JSON.stringify(violation));
}

/** Everything that is to be done soon is done; reminders and the look at the end of its time may wait. */
export async function comesToRest(deployment: Deployment, timeoutMs = 60_000): Promise<void> {
  const deadlineAt = Date.now() + timeoutMs;
  for (;;) {
    const left = await deployment.sql<{ words: string }[]>`
      select key || ' (attempt ' || attempts || ', taken ' || coalesce(enqueued_at::text, 'never') || ') '
        || coalesce(last_error, '') as words
      from outbox where not_before <= now() + interval '10 seconds'`;
    if (left.length === 0) return;
    if (Date.now() > deadlineAt) throw new Error(`work is left: ${left.map((row) => row.words).join(', ')}`);
    await sleep(25);
  }
}

// One direct message per person and purpose: claimed before it is sent, so that nobody is told twice.
import { findCard, lockCard, markReminded, updateCard, type Card } from '../db/cards.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Person } from '../domain/person.ts';
import type { TaskResult } from '../flow/task-result.ts';
import { failureWord, taskFailure, type SlackAnswer, type SlackFailure } from './call.ts';
import { openDirect, permalinkOf, postMessage } from './messages.ts';
import type { Room } from './room.ts';
import type { Message } from './views/blocks.ts';

/** Longer than a message may take; whoever claimed it and is silent since then has died. */
const claimMs = 60_000;

const claimGrammar = /^sending since (\d{1,16})$/;

/** This person can't be written to, whoever asks: nothing to retry. */
const hopeless: ReadonlySet<string> = new Set([
  'cannot_dm_bot',
  'messages_tab_disabled',
  'user_disabled',
  'user_not_found',
  'user_not_visible',
]);

export type Direct = {
  readonly approvalId: string;
  readonly person: Person;
  /** Each is sent at most once; an initiator's outcome takes the place of the request that they never get. */
  readonly purpose: 'request' | 'reminder' | 'outcome';
};

/**
 * Sends at most once per purpose: the claim is committed before Slack is called, and a lost answer is not asked for
 * again, because two nudges are worse than one that the channel card makes up for. What surely did not arrive is
 * tried again.
 */
export async function sendDirect(room: Room, direct: Direct, message: Message): Promise<TaskResult> {
  const { ctx } = room;
  const claim = await claimCard(room, direct);
  if (claim.kind !== 'claimed') return claim.result;
  const settle = async (error: string | null) => updateCard(ctx.db, claim.card.id, { error }, ctx.now());

  const opened = await openFor(room, direct.person, claim.card);
  if (opened.kind !== 'ok') return giveUp(opened, settle, true);
  const posted = await postMessage(room.patient, { channel: opened.value, message });
  if (posted.kind !== 'ok') return giveUp(posted, settle, false);
  const { channel, ts } = posted.value;
  await ctx.db.transaction(async (tx) => {
    const isReminder = direct.purpose === 'reminder';
    await updateCard(tx, claim.card.id, { channel, error: null, ...(isReminder ? {} : { ts }) }, ctx.now());
    if (isReminder) await markReminded(tx, claim.card.id, ctx.now());
  });
  return { kind: 'done' };
}

function isDue(card: Card, purpose: Direct['purpose']): boolean {
  if (purpose === 'reminder') return card.remindedAt === null;
  return card.ts === null && card.error !== unknownArrival;
}

type Claim =
  | { readonly kind: 'claimed'; readonly card: Card }
  | { readonly kind: 'not-claimed'; readonly result: TaskResult };

async function claimCard(room: Room, direct: Direct): Promise<Claim> {
  const { ctx } = room;
  const now = ctx.now();
  return ctx.db.transaction(async (tx): Promise<Claim> => {
    const card = await lockCard(tx, keyOf(direct));
    const claimedAt = claimOf(card);
    if (claimedAt !== null && now < claimedAt + claimMs) return notClaimed({ kind: 'later', at: claimedAt + claimMs });
    if (claimedAt !== null) {
      await updateCard(tx, card.id, { error: unknownArrival }, now);
      return notClaimed({ kind: 'done' });
    }
    if (!isDue(card, direct.purpose)) return notClaimed({ kind: 'done' });
    await updateCard(tx, card.id, { error: `sending since ${now}` }, now);
    return { kind: 'claimed', card };
  });
}

const unknownArrival = 'it is not known whether this message arrived';

function notClaimed(result: TaskResult): Claim {
  return { kind: 'not-claimed', result };
}

function claimOf(card: Card): EpochMs | null {
  const [, at] = claimGrammar.exec(card.error ?? '') ?? [];
  return at === undefined ? null : Number(at);
}

/** Somebody is sending it right now. */
export function isBeingSent(card: Card, now: EpochMs): boolean {
  const claimedAt = claimOf(card);
  return claimedAt !== null && now < claimedAt + claimMs;
}

function keyOf(direct: Direct) {
  return { approvalId: direct.approvalId, kind: 'direct', personId: direct.person.id, channel: '' } as const;
}

async function openFor(room: Room, person: Person, card: Card) {
  if (card.channel !== '') return { kind: 'ok', value: card.channel } as const;
  const user = await userOf(room, person);
  return user.kind === 'ok' ? openDirect(room.patient, user.value) : user;
}

/** The person's first account in this workspace. */
export async function userOf(room: Room, person: Person): Promise<SlackAnswer<string>> {
  const workspace = await room.workspace.read();
  if (workspace.kind !== 'ok') return workspace;
  const user = userIn(person, [workspace.value.teamId, workspace.value.enterpriseId]);
  return user === null ? { kind: 'refused', error: 'user_not_found' } : { kind: 'ok', value: user };
}

function userIn(person: Person, teams: readonly (string | null)[]): string | null {
  for (const entry of person.slack) {
    const [team, user] = entry.split('/');
    if (team !== undefined && user !== undefined && teams.includes(team)) return user;
  }
  return null;
}

/** Opening a conversation twice is harmless, so that a lost answer to it is only weather. */
async function giveUp(
  failure: SlackFailure,
  settle: (error: string | null) => Promise<void>,
  isRepeatable: boolean,
): Promise<TaskResult> {
  if (failure.kind === 'unknown' && !isRepeatable) {
    await settle(unknownArrival);
    return { kind: 'done' };
  }
  await settle(failure.kind === 'refused' ? failure.error : null);
  if (failure.kind === 'refused' && hopeless.has(failure.error)) return { kind: 'done' };
  return taskFailure(failure);
}

/** The link to the channel card; null while there is none, or Slack does not say. */
export async function cardUrlOf(room: Room, approvalId: string): Promise<string | null> {
  const card = await findCard(room.ctx.db, { approvalId, kind: 'channel' });
  if (card === null || card.ts === null) return null;
  const link = await permalinkOf(room.patient, { channel: card.channel, ts: card.ts });
  if (link.kind === 'ok') return link.value;
  room.ctx.log.info({ approvalId, error: failureWord(link) }, 'card not linked');
  return null;
}

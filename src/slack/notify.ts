// What people are told in direct messages, and what the channel is told: each thing once.
import { cardsOf, updateCard, type Card } from '../db/cards.ts';
import { markPosted, readNotice, type Notice } from '../db/notices.ts';
import type { ApprovalView } from '../domain/approval-view.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { Person } from '../domain/person.ts';
import type { TaskResult } from '../flow/task-result.ts';
import { viewApproval } from '../flow/view-approval.ts';
import { failureWord, taskFailure, type SlackFailure } from './call.ts';
import { cardUrlOf, isBeingSent, sendDirect } from './direct.ts';
import { postMessage, updateMessage } from './messages.ts';
import { isNote } from './notes.ts';
import type { Room } from './room.ts';
import { tellAdmins } from './tell-admins.ts';
import { directReminder, directRequest, directRequestDone, outcomeForInitiator } from './views/dm.ts';
import { sha256 } from './views/blocks.ts';
import { channelNotice } from './views/notice.ts';

const done: TaskResult = { kind: 'done' };

/** How long a request waits for the channel card, so that it can link it. */
const cardDueMs = 10_000;
const cardLookMs = 500;

/** How soon a request that is on its way right now can be closed. */
const sendingLookMs = 5000;

type Asked = { readonly approvalId: string; readonly personId: string };

export async function ask(room: Room, input: Asked): Promise<TaskResult> {
  const found = await findOpen(room, input);
  if (found === null) return done;
  const { view, person } = found;
  const groupNames = groupsOf(view, person).map((group) => group.group.name);
  const { ctx } = room;
  const cardUrl = await cardUrlOf(room, view.id);
  if (cardUrl === null && ctx.now() < view.seenAt + cardDueMs) return { kind: 'later', at: ctx.now() + cardLookMs };
  const message = directRequest(view, { groupNames, cardUrl, onPlatform: isOnPlatform(view, person) });
  return sendDirect(room, { approvalId: view.id, person, purpose: 'request' }, message);
}

/** One reminder, and only while it is open and this person has not voted. */
export async function remind(room: Room, input: Asked): Promise<TaskResult> {
  const found = await findOpen(room, input);
  if (found === null || found.view.votes.some((vote) => vote.personId === input.personId)) return done;
  const { view, person } = found;
  const cardUrl = await cardUrlOf(room, view.id);
  const message = directReminder(view, { cardUrl, onPlatform: isOnPlatform(view, person) });
  return sendDirect(room, { approvalId: view.id, person, purpose: 'reminder' }, message);
}

function groupsOf(view: ApprovalView, person: Person): ApprovalView['standing'] {
  return view.standing.filter((group) => group.eligible.some(({ id }) => id === person.id));
}

/** No group of this person's takes votes here. */
function isOnPlatform(view: ApprovalView, person: Person): boolean {
  return view.mode !== 'vote' || groupsOf(view, person).every((group) => group.route.kind === 'platform');
}

async function findOpen(room: Room, input: Asked): Promise<{ view: ApprovalView; person: Person } | null> {
  const view = await viewApproval(room.ctx, input.approvalId);
  const person = room.ctx.config.people.find((entry) => entry.id === input.personId);
  if (view === null || person === undefined || view.state !== 'pending' || view.mode === 'observe') return null;
  return { view, person };
}

/** The initiator hears how it ended, and no request stays behind that nobody needs. */
export async function tellOutcome(room: Room, input: { approvalId: string }): Promise<TaskResult> {
  const view = await viewApproval(room.ctx, input.approvalId);
  if (view === null || view.mode === 'observe' || !isTerminal(view.state)) return done;
  const cardUrl = await cardUrlOf(room, view.id);
  const results = [await closeRequests(room, view, cardUrl), await tellInitiator(room, view, cardUrl)];
  return results.find((result) => result.kind !== 'done') ?? done;
}

async function closeRequests(room: Room, view: ApprovalView, cardUrl: string | null): Promise<TaskResult> {
  let result = done;
  const initiator = view.initiator.person?.id;
  for (const card of await cardsOf(room.ctx.db, view.id)) {
    if (card.kind !== 'direct' || card.personId === initiator || isNote(card)) continue;
    const closed = await closeRequest(room, view, { card, cardUrl });
    if (closed.kind !== 'done') result = closed;
    // Nothing is left for the others either: they are found again when there is.
    if (closed.kind === 'later') break;
  }
  return result;
}

/** Repeatable: an unchanged message is not sent again. Gone messages and people are no reason to try again. */
export async function closeRequest(
  room: Room,
  view: ApprovalView,
  { card, cardUrl }: { card: Card; cardUrl: string | null },
): Promise<TaskResult> {
  const { ctx } = room;
  if (isBeingSent(card, ctx.now())) return { kind: 'later', at: ctx.now() + sendingLookMs };
  const message = directRequestDone(view, cardUrl);
  const digest = sha256(JSON.stringify(message));
  if (card.ts === null || card.drawnDigest === digest) return done;
  const waitUntil = room.updates.take('direct');
  if (waitUntil !== null) return { kind: 'later', at: waitUntil };
  const updated = await updateMessage(room.patient, { channel: card.channel, ts: card.ts }, message);
  if (updated.kind === 'ok') {
    await updateCard(ctx.db, card.id, { drawnDigest: digest }, ctx.now());
    return done;
  }
  if (updated.kind === 'limited') room.updates.rest(updated.retryAfterMs);
  if (updated.kind !== 'refused') return taskFailure(updated);
  ctx.log.info({ approvalId: view.id, error: updated.error }, 'direct request not closed');
  return done;
}

/** What a service account asks for is routine, and its approval is no news to whoever runs it. */
async function tellInitiator(room: Room, view: ApprovalView, cardUrl: string | null): Promise<TaskResult> {
  const person = room.ctx.config.people.find((entry) => entry.id === view.initiator.person?.id);
  if (person === undefined || (view.initiator.serviceAccount && view.state === 'approved')) return done;
  const message = outcomeForInitiator(view, cardUrl);
  return sendDirect(room, { approvalId: view.id, person, purpose: 'outcome' }, message);
}

/** Said in every channel that shows cards of this connection, or of any. */
export function createAnnounce(room: Room): (input: { noticeId: string }) => Promise<TaskResult> {
  // Of several channels, those that heard it are not told again while this process tries the others.
  const said = new Map<string, ReadonlySet<string>>();
  return async ({ noticeId }) => {
    const { ctx } = room;
    const notice = await readNotice(ctx.db, noticeId);
    if (notice === null) return done;
    const heard = new Set(said.get(noticeId));
    const failures: SlackFailure[] = [];
    for (const channel of channelsOf(room, notice).filter((entry) => !heard.has(entry))) {
      const failure = await announceIn(room, notice, channel);
      if (failure === null) heard.add(channel);
      else failures.push(failure);
    }
    said.set(noticeId, heard);
    const [weather] = failures.filter(({ kind }) => kind !== 'refused');
    const [refusal] = failures;
    // A channel that is gone keeps nobody else from being told once.
    const open = weather ?? (heard.size === 0 ? refusal : undefined);
    if (open !== undefined) return taskFailure(open);
    await markPosted(ctx.db, noticeId, ctx.now());
    said.delete(noticeId);
    return done;
  };
}

function channelsOf(room: Room, notice: Notice): readonly string[] {
  const { config } = room.ctx;
  const own = config.connections
    .filter(({ name, mode }) => (notice.connection === null ? mode !== 'observe' : name === notice.connection))
    .map(({ channel }) => channel);
  const all = notice.connection === null && config.slack.enabled ? [config.slack.channel, ...own] : own;
  return [...new Set(all.filter((channel) => channel !== ''))];
}

async function announceIn(room: Room, notice: Notice, channel: string): Promise<SlackFailure | null> {
  const found = await room.channels.read(channel);
  if (found.kind !== 'ok') return found;
  const message = channelNotice({ ...notice, createdAt: room.ctx.now() });
  // What is said here names people and limits: nothing for another company.
  const posted = found.value.shared
    ? ({ kind: 'refused', error: 'channel_is_externally_shared' } as const)
    : await postMessage(room.patient, { channel, message });
  if (posted.kind === 'ok') return null;
  room.ctx.log.warn({ noticeId: notice.id, channel, error: failureWord(posted) }, 'notice not posted');
  if (posted.kind === 'refused') await tellAdmins(room, { channel, error: posted.error });
  return posted;
}

// The only writer of channel cards: reads the approval, draws it, and makes Slack show that, once.
import type { Context } from '../context.ts';
import { lockCard, updateCard, type Card } from '../db/cards.ts';
import type { Db } from '../db/connect.ts';
import { readApprovalRow } from '../db/approvals.ts';
import type { ApprovalView } from '../domain/approval-view.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import { crashPoint } from '../flow/crash-points.ts';
import type { TaskResult } from '../flow/task-result.ts';
import { viewApproval } from '../flow/view-approval.ts';
import { movedMessage, shorterCard } from './answers.ts';
import { failureWord, taskFailure, type SlackAnswer, type SlackFailure } from './call.ts';
import { createCardPace, type CardPace } from './card-pace.ts';
import { permalinkOf, postMessage, updateMessage, type Place } from './messages.ts';
import { sayNotes } from './notes.ts';
import { passesUntil } from './passing.ts';
import type { Room } from './room.ts';
import { tellAdmins } from './tell-admins.ts';
import { sha256, type Message } from './views/blocks.ts';
import { card as drawCard } from './views/card.ts';
import { threadContentChanged } from './views/thread.ts';

/** What a first evaluation may take before the card is posted without it. */
const firstVerdictMs = 10_000;

/** Slack will not change this message any more, whatever is sent: the card goes on in a new one. */
const lostWords: ReadonlySet<string> = new Set([
  'block_mismatch',
  'cant_update_message',
  'edit_window_closed',
  'is_inactive',
  'message_not_found',
]);

/** Of these the message itself is still there, and can say where it goes on. */
const stillReadable: ReadonlySet<string> = new Set(['block_mismatch', 'cant_update_message', 'edit_window_closed']);

/** Slack refuses this content; less of it may do. */
const contentWords: ReadonlySet<string> = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
]);

const externallyShared = 'channel_is_externally_shared';

/**
 * Two workers never post two cards: whoever draws holds the lock of the card's own row until what Slack answered is
 * committed. It is not the approval's row, so votes and webhooks never wait for Slack; it dies with its connection, so
 * nothing has to be cleaned up after a crash; and only a few cards are drawn at once, so that connections stay free.
 *
 * Whoever dies, or loses Slack's answer, between the post and the commit leaves a card that nobody remembers: a bot
 * without the right to read history can't find it. It does no harm, because votes belong to the approval, and the
 * first click on it removes it (`listeners/orphan.ts`).
 */
export function createSyncCard(room: Room): (input: { approvalId: string }) => Promise<TaskResult> {
  const pace = createCardPace(room.ctx.now);
  return async ({ approvalId }) => {
    const row = await readApprovalRow(room.ctx.db, approvalId);
    const connection = room.ctx.config.connections.find((entry) => entry.name === row?.connection);
    if (row === null || connection === undefined || connection.mode === 'observe') return done;
    const entry = pace.enter(approvalId);
    if (entry.kind === 'wait') return { kind: 'later', at: entry.until };
    try {
      return await sync(room, pace, { approvalId, channel: connection.channel });
    } finally {
      entry.leave();
    }
  };
}

const done: TaskResult = { kind: 'done' };

type Target = { readonly approvalId: string; readonly channel: string };

async function sync(room: Room, pace: CardPace, target: Target): Promise<TaskResult> {
  const { ctx } = room;
  // Made in a transaction of its own: the new row's reference would hold the approval's row until the commit.
  const known = await ctx.db.transaction(async (tx) => lockCard(tx, { ...target, kind: 'channel' }));
  const barred = await barrierOf(room, known.ts === null ? target.channel : known.channel);
  const drawn = await ctx.db.transaction(async (tx): Promise<Drawn> => {
    const card = await lockCard(tx, { ...target, kind: 'channel' });
    if (barred !== null) return refuse(ctx, tx, card, barred);
    const view = await viewApproval({ ...ctx, db: tx }, target.approvalId);
    return view === null ? { result: done } : draw(room, tx, { pace, target, card, view });
  });
  if (drawn.moved !== undefined) await tellMoved(room, drawn.moved);
  if (drawn.refusal !== undefined) await tellAdmins(room, drawn.refusal);
  if (drawn.shown !== undefined) {
    room.alarm.clear(drawn.shown.place.channel);
    await sayNotes(room, drawn.shown.view, drawn.shown.place);
  }
  return drawn.result;
}

/** Slack's word when the channel can't be looked at; cards never stand where another company can read them. */
async function barrierOf(room: Room, channel: string): Promise<SlackFailure | null> {
  const found = await room.channels.read(channel);
  if (found.kind !== 'ok') return found;
  return found.value.shared ? { kind: 'refused', error: externallyShared } : null;
}

type Drawn = {
  readonly result: TaskResult;
  readonly moved?: { readonly from: Place; readonly to: Place };
  /** Where the card now stands and what it shows. */
  readonly shown?: { readonly view: ApprovalView; readonly place: Place };
  /** Slack's word when there is no card to be had there. */
  readonly refusal?: { readonly channel: string; readonly error: string };
};

type Drawing = {
  readonly pace: CardPace;
  readonly target: Target;
  readonly card: Card;
  readonly view: ApprovalView;
};

async function draw(room: Room, tx: Db, drawing: Drawing): Promise<Drawn> {
  const { card, view, pace, target } = drawing;
  const { now } = room.ctx;
  // A card that changes a moment after it was posted has already rung every phone with the wrong words.
  const verdictDueAt = view.seenAt + firstVerdictMs;
  if (card.ts === null && view.state === 'pending' && view.verdict === null && now() < verdictDueAt) {
    return { result: { kind: 'later', at: verdictDueAt } };
  }
  // A change within a second of the last one waits its turn: a word that holds for a moment must not take that of the
  // word that counts. Whatever comes of the moment asks for a drawing at once.
  const until = passesUntil(view);
  if (until !== null && now() < until) return { result: { kind: 'later', at: until } };
  const message = drawCard(view);
  const digest = sha256(JSON.stringify(message));
  const place = card.ts === null ? null : { channel: card.channel, ts: card.ts };
  if (place === null) return post(room, tx, { ...drawing, message, digest });
  if (card.drawnDigest === digest) return look(room, tx, { ...drawing, message, digest, place });

  const waitUntil = room.updates.take('card');
  if (waitUntil !== null) return { result: { kind: 'later', at: waitUntil } };
  const updated = await putOrShorten(view, message, async (content) => updateMessage(room.patient, place, content));
  if (updated.answer.kind === 'limited') room.updates.rest(updated.answer.retryAfterMs);
  if (isLost(updated.answer)) return repost(room, tx, { ...drawing, message, digest, place, word: updated.answer });
  if (updated.answer.kind !== 'ok') return refuse(room.ctx, tx, card, updated.answer);
  pace.drawn(target.approvalId);
  const revision = await sayChanged(room, card, view, place);
  // What could not be said is tried again: a card without a digest is drawn at the next occasion.
  const drawnDigest = revision === view.revision ? digest : null;
  await updateCard(tx, card.id, { drawnDigest, revision, error: updated.shortenedFor }, now());
  return { result: done, shown: { view, place } };
}

/**
 * An updated card rings no phone, and people who voted must hear that their votes are void: the difference is said in
 * the thread and in the channel, once for each change. Said again after a crash right here; never left out.
 */
async function sayChanged(room: Room, card: Card, view: ApprovalView, place: Place): Promise<number> {
  if (view.revision <= card.revision) return card.revision;
  if (isTerminal(view.state)) return view.revision;
  const message = threadContentChanged(view);
  const said = await postMessage(room.patient, {
    channel: place.channel,
    threadTs: place.ts,
    broadcast: true,
    message,
  });
  if (said.kind === 'ok') return view.revision;
  room.ctx.log.warn({ approvalId: view.id, error: failureWord(said) }, 'change of content not said');
  return card.revision;
}

type Ready = Drawing & { readonly message: Message; readonly digest: string };

async function post(room: Room, tx: Db, ready: Ready): Promise<Drawn> {
  const { card, view, message, digest, pace, target } = ready;
  const { channel } = target;
  const posted = await putOrShorten(view, message, async (content) =>
    postMessage(room.patient, { channel, message: content }),
  );
  if (posted.answer.kind !== 'ok') return refuse(room.ctx, tx, card, posted.answer);
  crashPoint('card-posted');
  const { channel: realChannel, ts } = posted.answer.value;
  pace.drawn(target.approvalId);
  const change = {
    channel: realChannel,
    ts,
    drawnDigest: digest,
    revision: view.revision,
    error: posted.shortenedFor,
  };
  await updateCard(tx, card.id, change, room.ctx.now());
  return { result: done, shown: { view, place: posted.answer.value } };
}

/** Nothing to draw: but is it still there? A person may have deleted it. */
async function look(room: Room, tx: Db, ready: Ready & { place: Place }): Promise<Drawn> {
  const { pace, target, place, view } = ready;
  const shown = { view, place };
  if (isTerminal(view.state) || !pace.isLookDue(target.approvalId)) return { result: done, shown };
  const found = await permalinkOf(room.patient, place);
  if (isLost(found)) return repost(room, tx, { ...ready, word: found });
  if (found.kind === 'ok') pace.seen(target.approvalId);
  return found.kind === 'ok' ? { result: done, shown } : { result: taskFailure(found) };
}

type Lost = Extract<SlackAnswer<unknown>, { kind: 'refused' }>;

async function repost(room: Room, tx: Db, ready: Ready & { place: Place; word: Lost }): Promise<Drawn> {
  room.ctx.log.warn({ approvalId: ready.target.approvalId, error: ready.word.error }, 'card lost, posted again');
  const posted = await post(room, tx, ready);
  if (posted.result.kind !== 'done' || !stillReadable.has(ready.word.error)) return posted;
  const fresh = await lockCard(tx, { ...ready.target, kind: 'channel' });
  if (fresh.ts === null) return posted;
  return { ...posted, moved: { from: ready.place, to: { channel: fresh.channel, ts: fresh.ts } } };
}

function isLost(answer: SlackAnswer<unknown>): answer is Lost {
  return answer.kind === 'refused' && lostWords.has(answer.error);
}

/** The whole card, or a shorter one when Slack refuses the whole; `shortenedFor` keeps that visible. */
async function putOrShorten<T>(
  view: ApprovalView,
  message: Message,
  put: (message: Message) => Promise<SlackAnswer<T>>,
): Promise<{ readonly answer: SlackAnswer<T>; readonly shortenedFor: string | null }> {
  const answer = await put(message);
  if (answer.kind !== 'refused' || !contentWords.has(answer.error)) return { answer, shortenedFor: null };
  return { answer: await put(shorterCard(view, message)), shortenedFor: `${answer.error}: a shorter card is shown` };
}

/** Weather is retried silently; a refusal stays visible until a drawing succeeds. */
async function refuse(ctx: Context, tx: Db, card: Card, failure: SlackFailure): Promise<Drawn> {
  if (failure.kind === 'refused') {
    ctx.log.warn({ approvalId: card.approvalId, error: failure.error }, 'card not drawn');
    await updateCard(tx, card.id, { error: failure.error }, ctx.now());
  } else if (card.error !== null || card.ts === null) {
    await updateCard(tx, card.id, { error: failureWord(failure) }, ctx.now());
  }
  if (failure.kind !== 'refused') return { result: taskFailure(failure) };
  return { result: taskFailure(failure), refusal: { channel: card.channel, error: failure.error } };
}

/** Best effort: the old message is only told where its card went. */
async function tellMoved(room: Room, moved: NonNullable<Drawn['moved']>): Promise<void> {
  const url = await permalinkOf(room.patient, moved.to);
  const message = movedMessage(url.kind === 'ok' ? url.value : null);
  const told = await postMessage(room.patient, { channel: moved.from.channel, threadTs: moved.from.ts, message });
  if (told.kind !== 'ok') room.ctx.log.info({ error: failureWord(told) }, 'old card not marked');
}

// Direct messages: one request per approver, one reminder, and the outcome for whoever asked.
import type { ApprovalView, PersonRef } from '../../domain/approval-view.ts';
import { actionIds } from '../action-ids.ts';
import { actions, context, sealed, section, type Message } from './blocks.ts';
import { button, link, person, platformButton, platformLabel } from './links.ts';
import { deciders, faceOf, fallbackOf, networkWords, subject, tally, wordsOf } from './status.ts';
import { name, prose } from './text.ts';
import { dateAndTime, duration } from './when.ts';

/** `onPlatform`: no vote of the reader's counts here, so that Review only shows what they decide there. */
type Nudge = { readonly cardUrl: string | null; readonly onPlatform: boolean };

/** Nudges only: the whole facts and the vote are behind Review, which reads the request again. */
export function directRequest(view: ApprovalView, ask: Nudge & { readonly groupNames: readonly string[] }): Message {
  const groups = ask.groupNames.slice(0, 4).map((group) => `*${name(group, 60)}*`);
  const forGroups = groups.length === 0 ? '' : ` for ${groups.join(', ')}`;
  const opening = ask.onPlatform ? `Your decision in ${platformLabel(view)} is needed` : 'Your approval is needed';
  return nudge(view, opening, `*${opening}*${forGroups}`, ask);
}

export function directReminder(view: ApprovalView, ask: Nudge): Message {
  const left = view.expiresAt === null ? null : duration(view.expiresAt - view.now);
  const opening = left === null ? 'Reminder' : `Reminder, ${left} left`;
  const where = ask.onPlatform ? ` in ${platformLabel(view)}` : '';
  return nudge(view, opening, `*${opening}: this still waits for you${where}*`, ask);
}

/** For the person who asked for the transfer. */
export function outcomeForInitiator(view: ApprovalView, cardUrl: string | null): Message {
  const { emoji, word } = wordsOf(view);
  const lines = [`${emoji} *${word}*: your request for ${what(view)}`, ...outcomeLines(view)];
  const where = [view.endedAt === null ? null : dateAndTime(view.endedAt), link(cardUrl, 'Open the card')];
  const about = where.filter((entry) => entry !== null).join('  ·  ');
  const blocks = [section('outcome', lines.join('\n')), ...(about === '' ? [] : [context('where', about)])];
  return { text: fallbackOf(view, `${word}, your request`), blocks: sealed(blocks, view.revision) };
}

/** What replaces a direct request that no longer needs its reader, so that no dead button stays behind. */
export function directRequestDone(view: ApprovalView, cardUrl: string | null): Message {
  const { emoji, word } = wordsOf(view);
  const words = [`${emoji} *${word}*: ${what(view)}`, link(cardUrl, 'Open the card')].filter((entry) => entry !== null);
  return { text: fallbackOf(view, word), blocks: sealed([section('done', words.join('\n'))], view.revision) };
}

function outcomeLines(view: ApprovalView): readonly string[] {
  const who = deciders(view);
  const basis = view.decision?.basis;
  const face = faceOf(view);
  if (face === 'denied' && basis?.value === 'denied') {
    return [`Rejected by ${who ?? 'an approver'}:`, `>${prose(basis.reason, 400)}`];
  }
  if (face === 'decided-elsewhere') return [`It was decided in ${platformLabel(view)}.`];
  if (face === 'approved' && who !== null) return [`Approved by ${who}.`];
  if (face === 'expired') return ['Nobody decided in time. Ask for it again if it is still needed.'];
  if (view.stateReason !== null) return [`Reason: ${prose(view.stateReason, 300)}`];
  return [];
}

function nudge(view: ApprovalView, opening: string, title: string, { cardUrl, onPlatform }: Nudge): Message {
  const open = onPlatform ? platformButton(view) : null;
  const asked = askedBy(view.initiator.person);
  const about = [
    tally(view),
    view.expiresAt === null ? null : `expires ${dateAndTime(view.expiresAt)}`,
    link(cardUrl, 'Open the card'),
  ].filter((entry) => entry !== null);
  const review = button({
    view,
    action: actionIds.review,
    text: 'Review',
    label: 'Review this request. Opens a form.',
    ...(onPlatform ? {} : { style: 'primary' }),
  });
  const blocks = [
    section('request', `${title}\n${what(view)}${asked}`),
    ...(about.length === 0 ? [] : [context('about', about.join('  ·  '))]),
    actions('actions', open === null ? [review] : [open, review]),
  ];
  return { text: fallbackOf(view, opening), blocks: sealed(blocks, view.revision) };
}

function what(view: ApprovalView): string {
  const network = networkWords(view);
  return network === null ? subject(view) : `${subject(view)} on ${network}`;
}

function askedBy(ref: PersonRef | null): string {
  return ref === null ? '' : `, asked for by ${person(ref)}`;
}

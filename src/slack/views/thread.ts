// Replies in a card's thread: who did what and how it stands now, one short message each.
import type { ApprovalView, PersonRef } from '../../domain/approval-view.ts';
import type { Vote } from '../../domain/vote.ts';
import { section, sealed, type Message } from './blocks.ts';
import { person, people, platformLabel } from './links.ts';
import { fallbackOf, subject, tally } from './status.ts';
import { name, prose, unescaped } from './text.ts';
import { dateAndTime, duration, timeWithSeconds } from './when.ts';

export function threadVoteCast(view: ApprovalView, voter: PersonRef, groupKeys: readonly string[]): Message {
  return reply(view, `${voter.name} approved`, `✅ ${person(voter)} *approved*${forGroups(view, groupKeys)}`);
}

export function threadVoteWithdrawn(view: ApprovalView, voter: PersonRef, choice: Vote['choice']): Message {
  const what = choice === 'approve' ? 'approval' : 'rejection';
  return reply(
    view,
    `${voter.name} took the ${what} back`,
    `↩️ ${person(voter)} took the ${what} back. ${tally(view) ?? ''}`.trim(),
  );
}

/** A rejection holds at once; `sendAfter` is when `Denied` goes out, null while more rejections are needed. */
export function threadRejected(
  view: ApprovalView,
  rejection: {
    readonly person: PersonRef;
    readonly reason: string;
    readonly byInitiator: boolean;
    readonly sendAfter: number | null;
  },
): Message {
  const platform = platformLabel(view);
  const what = rejection.byInitiator ? 'cancelled their own request' : 'rejected it';
  const next =
    rejection.sendAfter === null
      ? 'Nothing is approved from here while this stands. `Denied` needs more rejections.'
      : `\`Denied\` goes to ${platform} ${timeWithSeconds(rejection.sendAfter)}, unless the rejection is withdrawn.`;
  const lines = [`🔴 ${person(rejection.person)} *${what}*`, `>${prose(rejection.reason, 500)}`, `On hold. ${next}`];
  return reply(view, `${rejection.person.name} ${what}, on hold`, lines.join('\n'));
}

export function threadHoldLifted(view: ApprovalView, by: readonly PersonRef[]): Message {
  const who = by.map((ref) => ref.name).join(' and ');
  return reply(view, `Hold lifted by ${who}`, `🟡 *Hold lifted* by ${people(by)}. Voting goes on.`);
}

/** One of the two admins asked; the other one must agree. */
export function threadLiftAsked(view: ApprovalView, by: PersonRef): Message {
  const words = `🟠 ${person(by)} asked to *lift the hold*. A second admin must agree before anything happens.`;
  return reply(view, `${by.name} asked to lift the hold`, words);
}

export function threadQuorumReached(view: ApprovalView): Message {
  const platform = platformLabel(view);
  const sendAfter = view.decision?.sendAfter ?? null;
  const when = sendAfter === null ? '' : ` ${timeWithSeconds(sendAfter)}, in ${duration(sendAfter - view.now)}`;
  return reply(
    view,
    'Quorum reached',
    `🔵 *Quorum reached.* Our vote goes to ${platform}${when}. Until then a rejection or a withdrawn vote stops it.`,
  );
}

export function threadSent(view: ApprovalView): Message {
  const platform = platformLabel(view);
  const missing = view.standing.reduce((sum, group) => sum + group.platformMissing, 0);
  const rest = missing === 0 ? `Waiting for ${platform} to confirm` : `${platform} needs ${missing} more`;
  return reply(view, 'Our vote is sent', `🔵 *Our vote is in ${platform}.* It is not approved yet. ${rest}.`);
}

export function threadContentChanged(view: ApprovalView): Message {
  const changes = view.changes.slice(0, 5).map((change) => `• ${prose(change, 300)}`);
  const lines = [`⚠️ *Content changed in ${platformLabel(view)}; earlier votes are void*`, ...changes];
  return reply(
    view,
    'Content changed, earlier votes are void',
    [...lines, 'Look at the card and vote again.'].join('\n'),
  );
}

export function threadEscalation(view: ApprovalView, to: readonly PersonRef[]): Message {
  const left = view.expiresAt === null ? '' : `, ${duration(view.expiresAt - view.now)} left`;
  const who = to.length === 0 ? '' : ` ${people(to)}`;
  const deadline = view.expiresAt === null ? '' : ` Expires ${dateAndTime(view.expiresAt)}.`;
  const counts = tally(view) === null ? '' : ` ${tally(view)}.`;
  const words = `🟠 *Escalated*${who}: ${subject(view)} still waits.${counts}${deadline}`;
  return reply(view, `Escalated${left}`, words);
}

function forGroups(view: ApprovalView, groupKeys: readonly string[]): string {
  const counts = view.standing
    .filter((group) => groupKeys.includes(group.group.key))
    .map((group) => `*${name(group.group.name, 60)}* (${group.approvedBy.length} of ${group.quorum})`);
  return counts.length === 0 ? '' : ` for ${counts.join(', ')}`;
}

function reply(view: ApprovalView, opening: string, words: string): Message {
  return { text: fallbackOf(view, unescaped(opening)), blocks: sealed([section('reply', words)], view.revision) };
}

// Which of the card's faces an approval shows, its header, and the line below it that says so in words.
import type { ActivityKind } from '../../domain/activity.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { amountOf, assetName } from './decisive.ts';
import { people, platformLabel } from './links.ts';
import { fallback, name, prose, shortened, unescaped } from './text.ts';
import { dateAndTime, timeWithSeconds, utc } from './when.ts';
import { limits } from './limits.ts';

export type Face =
  | 'received'
  | 'unreadable'
  | 'followed'
  | 'pending'
  | 'partly-approved'
  | 'abstained'
  | 'held'
  | 'deciding'
  | 'sending'
  | 'sent'
  | 'blocked'
  | 'approved'
  | 'approved-automatically'
  | 'denied'
  | 'cancelled-by-initiator'
  | 'expired'
  | 'failed'
  | 'cancelled'
  | 'decided-elsewhere';

export function faceOf(view: ApprovalView): Face {
  const basis = liveBasis(view);
  switch (view.state) {
    case 'pending':
      return pendingFace(view);
    case 'deciding':
      return basis?.value === 'denied' || view.holds.length > 0 ? 'held' : 'deciding';
    case 'approved':
      if (view.endedElsewhere) return 'decided-elsewhere';
      return basis?.value === 'approved' && isAutomatic(view) ? 'approved-automatically' : 'approved';
    case 'denied':
      if (view.endedElsewhere) return 'decided-elsewhere';
      return basis?.value === 'denied' && basis.cancelledByInitiator ? 'cancelled-by-initiator' : 'denied';
    case 'received':
    case 'unreadable':
    case 'sending':
    case 'sent':
    case 'blocked':
    case 'expired':
    case 'failed':
    case 'cancelled':
      return view.state;
  }
}

/** Our vote rests on a verdict alone: nobody was asked. */
export function isAutomatic(view: ApprovalView): boolean {
  const basis = liveBasis(view);
  return basis?.value === 'approved' && basis.people.length === 0 && basis.coverage.every(({ by }) => by === 'verdict');
}

function liveBasis(view: ApprovalView): NonNullable<ApprovalView['decision']>['basis'] | null {
  return view.decision === null || view.decision.withdrawnAt !== null ? null : view.decision.basis;
}

function pendingFace(view: ApprovalView): Face {
  if (view.approval === null) return 'received';
  if (view.holds.length > 0) return 'held';
  if (view.mode !== 'vote') return 'followed';
  if (view.standing.some((group) => group.approvedBy.length > 0 || group.platformApproved > 0))
    return 'partly-approved';
  return view.verdict?.kind === 'abstain' ? 'abstained' : 'pending';
}

type Words = { readonly title: string; readonly emoji: string; readonly word: string };

/** The state word always stands beside the emoji: nothing is said by colour alone. */
export function wordsOf(view: ApprovalView): Words {
  const platform = platformLabel(view);
  const face = faceOf(view);
  switch (face) {
    case 'received':
      return { title: 'New approval', emoji: '🔵', word: `Reading it from ${platform}` };
    case 'unreadable':
      return { title: 'Cannot be decoded', emoji: '🟠', word: `Unreadable, decide in ${platform}` };
    case 'followed':
      return { title: `To decide in ${platform}`, emoji: '🟡', word: `Pending in ${platform}` };
    case 'pending':
      return { title: 'Approval needed', emoji: '🟡', word: 'Pending' };
    case 'partly-approved':
      return { title: 'Approval needed', emoji: '🟡', word: 'Partly approved' };
    case 'abstained':
      return { title: 'Approval needed', emoji: '🟠', word: 'The bot abstained, people decide' };
    case 'held':
      return { title: 'On hold', emoji: '🔴', word: 'Held, somebody rejected it' };
    case 'deciding':
      return isAutomatic(view)
        ? { title: 'Checks passed', emoji: '🔵', word: 'Checks passed, not approved yet' }
        : { title: 'Quorum reached', emoji: '🔵', word: 'Quorum reached, not approved yet' };
    case 'sending':
      return { title: `Sending to ${platform}`, emoji: '🔵', word: 'Sending, voting is closed' };
    case 'sent':
      return { title: 'Our vote is sent', emoji: '🔵', word: `Waiting for others in ${platform}` };
    case 'blocked':
      return { title: 'Not delivered', emoji: '⚠️', word: `${platform} refused our vote` };
    case 'approved':
      return { title: 'Approved', emoji: '🟢', word: 'Approved' };
    case 'approved-automatically':
      return { title: 'Approved automatically', emoji: '🟢', word: 'Approved by the service account' };
    case 'denied':
      return { title: 'Denied', emoji: '🔴', word: 'Denied' };
    case 'cancelled-by-initiator':
      return { title: 'Cancelled', emoji: '⚪', word: 'Denied, cancelled by who asked for it' };
    case 'expired':
      return { title: 'Expired', emoji: '⚪', word: 'Expired' };
    case 'failed':
      return { title: 'Failed', emoji: '⚠️', word: `Failed in ${platform}` };
    case 'cancelled':
      return { title: 'Cancelled', emoji: '⚪', word: `Cancelled in ${platform}` };
    case 'decided-elsewhere':
      return view.state === 'approved'
        ? { title: `Approved in ${platform}`, emoji: '🟢', word: `Approved in ${platform}, not from here` }
        : { title: `Denied in ${platform}`, emoji: '🔴', word: `Denied in ${platform}, not from here` };
  }
}

export function headerText(view: ApprovalView): string {
  const { title } = wordsOf(view);
  const whole = `${title}: ${unquoted(subject(view))}`;
  if (whole.length <= limits.headerText || view.approval === null) return whole.slice(0, limits.headerText);
  return `${title}: ${kindWords[view.approval.activity.kind]}`;
}

export function statusLine(view: ApprovalView): string {
  const { emoji, word } = wordsOf(view);
  const parts = [`${emoji} *${word}*`];
  const count = isOpenForVotes(view) ? tally(view) : null;
  if (count !== null) parts.push(count);
  const { decision } = view;
  if (view.state === 'deciding' && decision !== null) {
    const what = decision.basis.value === 'denied' ? 'Denied is sent' : 'our vote is sent';
    parts.push(`${what} ${timeWithSeconds(decision.sendAfter)}`);
  } else if (view.endedAt !== null) parts.push(dateAndTime(view.endedAt));
  else if (view.expiresAt !== null) parts.push(`expires ${dateAndTime(view.expiresAt)}`);
  return parts.join('  ·  ');
}

/** `250,000 USDC`, or what kind of thing it is. For header, lists and sentences; never cut, rather left out. */
export function subject(view: ApprovalView): string {
  if (view.approval === null) return `${platformLabel(view)} ${name(view.platformId, 60)}`;
  const { activity } = view.approval;
  const amount = amountOf(activity.amountBase, activity.asset);
  if (amount === null || amount.length > 60) return kindWords[activity.kind];
  const what = `${amount} ${assetName(activity)}`;
  return activity.kind === 'transfer' ? what : `${kindWords[activity.kind]}, ${what}`;
}

export function networkWords(view: ApprovalView): string | null {
  const network = view.approval?.activity.network ?? null;
  return network === null ? null : name(network, 40);
}

const kindWords: Readonly<Record<ActivityKind, string>> = {
  transfer: 'a transfer',
  'contract-call': 'a contract call',
  'raw-transaction': 'a raw transaction',
  swap: 'a swap',
  'raw-signature': 'a raw signature',
  'message-signature': 'a message signature',
  'typed-data': 'a typed-data signature',
  'policy-change': 'a policy change',
  'permission-change': 'a permission change',
  'registry-change': 'an address book change',
  'member-change': 'a member change',
  'key-export': 'a key export',
  'fiat-payout': 'a fiat payout',
  unknown: 'an unknown activity',
};

/** `Treasury 1 of 2, Compliance 0 of 1`: our count where Slack votes count, the platform's where it counts. */
export function tally(view: ApprovalView): string | null {
  const lines = view.standing.slice(0, 3).map((group) => {
    const [have, need] =
      group.route.kind === 'slack'
        ? [group.approvedBy.length, group.quorum]
        : [group.platformApproved, group.group.quorum];
    return `${name(group.group.name, 30)} ${have} of ${need}`;
  });
  const left = view.standing.length - lines.length;
  return lines.length === 0 ? null : `${lines.join(', ')}${left > 0 ? ` and ${left} more groups` : ''}`;
}

function isOpenForVotes(view: ApprovalView): boolean {
  return ['pending', 'deciding', 'sending', 'sent', 'blocked'].includes(view.state);
}

/** For notifications and screen readers, which get nothing else: 60 to 170 characters, plain UTC. */
export function cardFallback(view: ApprovalView): string {
  return fallbackOf(view, wordsOf(view).title);
}

export function fallbackOf(view: ApprovalView, opening: string): string {
  const network = view.approval?.activity.network ?? null;
  const [first, ...others] = view.approval?.activity.destinations ?? [];
  const sentences = [
    `${fallback(unescaped(opening), 70)}: ${fallback(unescaped(unquoted(subject(view))), 90)}`,
    network === null ? '' : ` on ${fallback(network, 24)}`,
    first === undefined ? '' : ` to ${fallback(shortened(first.address), 16)}${others.length > 0 ? ' and others' : ''}`,
    '.',
    isOpenForVotes(view) ? sentence(tally(view)) : '',
    view.endedAt === null && view.expiresAt !== null ? ` Expires ${utc(view.expiresAt)}.` : '',
  ];
  let text = '';
  for (const next of sentences) {
    if (text.length + next.length <= limits.fallbackText) text += next;
  }
  return text.length >= 60 ? text : `${text} Open the card in Slack to see the details.`;
}

function sentence(words: string | null): string {
  return words === null ? '' : ` ${fallback(unescaped(unquoted(words)), 60)}.`;
}

/** Text for plain places, where code quotes would be seen as quotes. */
export function unquoted(text: string): string {
  return text.replaceAll('`', '');
}

/** Who decided it on the platform, when that happened there. */
export function decidersOnPlatform(view: ApprovalView): string | null {
  const others = view.platformDecisions.filter((decision) => !decision.ours && decision.value !== 'unknown');
  if (others.length === 0) return null;
  const shown = others.slice(0, 5).map((decision) => `${name(decision.who, 60)} (${decision.value})`);
  return `${shown.join(', ')}${others.length > 5 ? ` and ${others.length - 5} more` : ''}`;
}

export function deciders(view: ApprovalView): string | null {
  return view.decidedBy.length === 0 ? null : people(view.decidedBy);
}

export function policyLines(view: ApprovalView): readonly string[] {
  if (view.approval === null) return [];
  const shown = view.approval.policies.slice(0, 5).map((policy) => {
    const reason = policy.reason === null || policy.reason.trim() === '' ? '' : `: ${prose(policy.reason.trim(), 160)}`;
    return `• ${name(policy.name, 80)}${reason}`;
  });
  const left = view.approval.policies.length - shown.length;
  return left > 0 ? [...shown, `… and ${left} more in Details`] : shown;
}

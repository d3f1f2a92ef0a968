// One line per approval that waits: what it is, and what it waits for. Pure.
import type { Activity } from '../domain/activity.ts';
import { formatUnits, isBaseUnits } from '../domain/amount.ts';
import type { ApprovalView } from '../domain/approval-view.ts';
import { printable } from './terminal.ts';
import { instant } from './words.ts';

/** `250,000 USDC to 0xD6aa…e337`, or the kind of activity. The whole address is in `countersign show`. */
export function subjectOf(view: ApprovalView): string {
  if (view.approval === null) return 'not read yet';
  const { activity } = view.approval;
  const [destination, ...others] = activity.destinations;
  const to =
    destination === undefined
      ? ''
      : ` to ${shortAddress(destination.address)}${others.length > 0 ? ' and others' : ''}`;
  const amount = amountOf(view);
  return amount === null
    ? `${activity.kind}${to}`
    : `${amount}${activity.kind === 'transfer' ? '' : ` (${activity.kind})`}${to}`;
}

export function amountOf({ approval }: Pick<ApprovalView, 'approval'>): string | null {
  return approval === null ? null : amountIn(approval.activity);
}

/** Every digit and the symbol; null when it can't be known. */
export function amountIn({
  asset,
  amountBase,
  network,
}: Pick<Activity, 'asset' | 'amountBase' | 'network'>): string | null {
  const decimals = asset?.decimals ?? null;
  if (amountBase === null || decimals === null || decimals < 0 || decimals > 255 || !isBaseUnits(amountBase))
    return null;
  const unnamed = asset?.reference === null && network !== null ? `of ${network}'s coin` : 'tokens';
  return `${formatUnits(amountBase, decimals)} ${printable(asset?.symbol ?? unnamed)}`;
}

function shortAddress(address: string): string {
  return printable(address.length <= 16 ? address : `${address.slice(0, 6)}…${address.slice(-4)}`);
}

/** Why it is not over: every reason that stands in the way, the nearest first. */
export function waitsFor(view: ApprovalView): readonly string[] {
  switch (view.state) {
    case 'received':
      return ['to be read from the platform'];
    case 'unreadable':
      return [`people on the platform: it can't be decoded (${printable(view.stateReason ?? 'no reason recorded')})`];
    case 'blocked':
      return [`people on the platform: it refused our vote (${printable(view.stateReason ?? 'no reason recorded')})`];
    case 'pending':
      return pendingReasons(view);
    case 'deciding':
      return view.decision === null
        ? ['the decision to be sent']
        : [`the pause before ${answerOf(view)} is sent, at ${instant(view.decision.sendAfter)}`];
    case 'sending':
      return [`a clear answer of the platform to ${answerOf(view)}`];
    case 'sent':
      return platformReasons(view, 'our vote is sent; the platform has to confirm it');
    case 'approved':
    case 'denied':
    case 'expired':
    case 'failed':
    case 'cancelled':
      return [];
  }
}

function pendingReasons(view: ApprovalView): readonly string[] {
  const held = view.holds.map((hold) => `the rejection of ${printable(hold.person.name)}: ${printable(hold.reason)}`);
  if (held.length > 0) return held;
  const paused = view.switches.approvals ? [] : ['approvals are paused'];
  const groups = view.standing.flatMap((entry) => {
    const name = printable(entry.group.name);
    if (entry.route.kind === 'slack') {
      const missing = Math.max(0, entry.quorum - entry.approvedBy.length);
      return missing === 0 ? [] : [`"${name}": ${entry.approvedBy.length} of ${entry.quorum} votes in Slack`];
    }
    if (entry.platformMissing === 0) return [];
    return [
      `"${name}": ${entry.platformApproved} of ${entry.group.quorum} on the platform (${entry.route.reasons.map(printable).join('; ')})`,
    ];
  });
  const unreachable = view.standing.flatMap((entry) =>
    entry.unreachable.map((words) => `unreachable: ${printable(words)}`),
  );
  const reasons = [...paused, ...groups, ...unreachable];
  return reasons.length > 0 ? reasons : ['its evaluation'];
}

function platformReasons(view: ApprovalView, otherwise: string): readonly string[] {
  const missing = view.standing.filter((entry) => entry.platformMissing > 0);
  if (missing.length === 0) return [otherwise];
  return missing.map((entry) => `"${printable(entry.group.name)}": ${entry.platformMissing} more on the platform`);
}

function answerOf(view: ApprovalView): string {
  return view.decision?.basis.value === 'denied' ? 'Denied' : 'Approved';
}

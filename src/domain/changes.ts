// The difference between two readings of one approval, said out loud.
import { formatUnits } from './amount.ts';
import { groupsOf, type Approval, type ApprovalGroup } from './approval.ts';

/** At least one sentence whenever the fingerprint changed, also when the change is in a field that we do not know. */
export function describeChanges(before: Approval | null, after: Approval): readonly string[] {
  if (before === null) return ['its content changed'];
  const lines: string[] = [];
  const compare = (label: string, from: string | null, to: string | null) => {
    if (from !== to) lines.push(`${label}: ${from ?? 'unknown'} → ${to ?? 'unknown'}`);
  };
  compare('kind', before.activity.platformKind, after.activity.platformKind);
  compare('recipient', recipients(before), recipients(after));
  compare('amount', amount(before), amount(after));
  compare('asset', asset(before), asset(after));
  compare('network', before.activity.network, after.activity.network);
  compare('wallet', before.activity.wallet?.id ?? null, after.activity.wallet?.id ?? null);
  compare('memo', before.activity.memo, after.activity.memo);
  compare('external id', before.activity.externalId, after.activity.externalId);
  compare('initiator', before.initiator?.account ?? null, after.initiator?.account ?? null);
  compare('policies', policies(before), policies(after));
  compare('groups', groups(before), groups(after));
  return lines.length > 0 ? lines : ['a field changed that is not shown on the card'];
}

function recipients(approval: Approval): string | null {
  const list = approval.activity.destinations.map((destination) => destination.address).join(', ');
  return list === '' ? null : list;
}

function amount(approval: Approval): string | null {
  const { amountBase, asset: of } = approval.activity;
  if (amountBase === null) return null;
  const decimals = of?.decimals ?? null;
  return decimals === null
    ? `${amountBase} base units`
    : `${formatUnits(amountBase, decimals)} ${of?.symbol ?? ''}`.trim();
}

function asset(approval: Approval): string | null {
  const { asset: of } = approval.activity;
  return of === null ? null : `${of.standard} ${of.reference ?? '(native)'}`;
}

function policies(approval: Approval): string {
  return approval.policies
    .map((policy) => policy.id)
    .toSorted()
    .join(', ');
}

function groups(approval: Approval): string {
  return groupsOf(approval).map(words).toSorted().join('; ');
}

function words(group: ApprovalGroup): string {
  const who = group.approvers.kind === 'anyone' ? 'anyone' : group.approvers.accounts.toSorted().join(', ');
  return `${group.name}: ${group.quorum} of ${who}`;
}

// Dfns' policies as the domain sees them: who may approve, in which groups.
import type { ApprovalGroup, Approvers, TriggeredPolicy } from '../../domain/approval.ts';
import type { ExactJson } from '../../domain/json.ts';
import { isList, isRecord, sortKey, sortedSet } from './document.ts';
import type { WireGroup, WirePolicy } from './wire.ts';

/** Dfns does not ask for a name; configuration can only name a group that has one. */
export const unnamedGroup = '(unnamed)';

/** A policy that only blocks or only takes note has no groups. One rejection by anybody listed ends the approval. */
export function translatePolicy(policy: WirePolicy, reason: string | null): TriggeredPolicy {
  const keys = groupKeys(policy);
  return {
    id: policy.id,
    name: policy.name ?? policy.id,
    reason,
    groups: policy.groups.map((group, index): ApprovalGroup => ({
      key: keys[index] ?? `${policy.id}/${index}`,
      policyId: policy.id,
      name: group.read.name ?? unnamedGroup,
      quorum: group.read.quorum,
      approvers: approversOf(group),
      initiatorCanApprove: group.read.initiatorCanApprove ?? false,
      serviceAccountsCanApprove: group.read.serviceAccountsCanApprove ?? false,
      rejectionRule: 'any-reject',
    })),
  };
}

function approversOf(group: WireGroup): Approvers {
  const listed = group.read.approvers.userId;
  return listed === undefined ? { kind: 'anyone' } : { kind: 'listed', accounts: [...new Set(listed.in)] };
}

/**
 * Groups of one name are numbered by their content, not by their place: votes hang on the key, and a platform that
 * lists its groups in another order tomorrow must not move them to another group.
 */
function groupKeys(policy: WirePolicy): readonly string[] {
  const named = policy.groups.map((group) => ({
    name: group.read.name ?? unnamedGroup,
    content: sortKey(inCanonicalOrder(group.raw)),
  }));
  return named.map(({ name, content }, index) => {
    const twins = named.flatMap((other, place) => (other.name === name ? [{ content: other.content, place }] : []));
    if (twins.length === 1) return `${policy.id}/${name}`;
    const before = twins.filter(
      (twin) => twin.content < content || (twin.content === content && twin.place < index),
    ).length;
    return `${policy.id}#${before + 1}/${name}`;
  });
}

/** The lists in a policy that have no order of their own; any other list keeps its order. */
const setKeys: ReadonlySet<string> = new Set([
  'approvalGroups',
  'in',
  'hasAny',
  'hasAll',
  'addresses',
  'assets',
  'categoryIds',
]);

/** The same content with every set sorted. */
export function inCanonicalOrder(value: ExactJson): ExactJson {
  if (isList(value)) return value.map(inCanonicalOrder);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const sorted = inCanonicalOrder(entry);
      return [key, setKeys.has(key) && isList(sorted) ? sortedSet(sorted) : sorted];
    }),
  );
}

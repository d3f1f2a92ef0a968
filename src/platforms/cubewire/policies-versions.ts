// Which version of each Cubewire policy is in force: the highest active one, unless a later one says otherwise.
import type { ImportFault, ImportRemark } from '../../domain/rulebook-draft.ts';
import type { Placed, WirePolicy } from './policies-wire.ts';

export type PolicyInForce = {
  readonly policy: WirePolicy;
  readonly path: string;
  /** The platform's id that is the same for all versions. */
  readonly id: string;
  readonly version: number;
  /** Why nobody can say whether it is in force; null when it is. */
  readonly doubt: string | null;
};

export type Selection = {
  readonly inForce: readonly PolicyInForce[];
  readonly remarks: readonly ImportRemark[];
  readonly faults: readonly ImportFault[];
};

type Version = Omit<PolicyInForce, 'doubt'>;

/** Words of the lifecycle in which a policy does not decide anything. */
const inactive = ['DRAFT', 'PENDING_APPROVAL', 'INACTIVE', 'ARCHIVED'];

/** A change to an active policy waits in these: until it is approved, the version before it stays in force. */
const waiting = ['DRAFT', 'PENDING_APPROVAL'];

export function selectInForce(policies: readonly Placed<WirePolicy>[]): Selection {
  const versions = policies.map(({ path, read }): Version => {
    const id = read.logicalId ?? read.id ?? read.name;
    return { policy: read, path, id, version: read.version ?? 1 };
  });
  const groups = [...new Map(versions.map(({ id }) => [id, versions.filter((other) => other.id === id)])).values()];
  const picked = groups.map(pick);
  return {
    inForce: picked.flatMap(({ inForce }) => inForce ?? []),
    remarks: picked.flatMap(({ remark }) => remark ?? []),
    faults: groups.flatMap(repeated),
  };
}

/** Two policies that claim to be the same version can't both be right. */
function repeated(group: readonly Version[]): readonly ImportFault[] {
  return group.flatMap(({ id, version, path }, at) => {
    if (group.findIndex((other) => other.version === version) === at) return [];
    const words = `version ${version} of ${id} is there twice`;
    return [{ path: path === '' ? 'version' : `${path}.version`, words, remedy: 'Leave one of them out.' }];
  });
}

type Picked = { readonly inForce: PolicyInForce | null; readonly remark: ImportRemark | null };

function pick(group: readonly Version[]): Picked {
  const ordered = group.toSorted((a, b) => b.version - a.version);
  const [latest] = ordered;
  const found = ordered.find(({ policy }) => isActive(policy) || hasUnknownStatus(policy));
  if (latest === undefined) return { inForce: null, remark: null };
  if (found === undefined) return { inForce: null, remark: group.length === 1 ? notInForce(latest) : null };
  const doubt = doubtOf(found, latest);
  const place = `${found.id} version ${found.version}`;
  const instead = 'Where it would decide it is unknown, and abstains.';
  if (doubt !== null) return { inForce: { ...found, doubt }, remark: { place, words: doubt, instead } };
  if (found === latest) return { inForce: { ...found, doubt }, remark: null };
  const words = `version ${latest.version} is ${latest.policy.status ?? 'unknown'}, so version ${found.version} is the one in force`;
  return {
    inForce: { ...found, doubt },
    remark: { place, words, instead: `Version ${found.version} is imported; import again when that changes.` },
  };
}

function doubtOf(found: Version, latest: Version): string | null {
  const { policy } = found;
  if (hasUnknownStatus(policy)) return `nobody can say whether the status "${policy.status ?? ''}" means in force`;
  if (found !== latest) {
    const isWaiting = !isDeleted(latest.policy) && waiting.includes(latest.policy.status ?? '');
    return isWaiting
      ? null
      : `version ${latest.version} is no longer active, which may have ended version ${found.version} too`;
  }
  return policy.isLatest === false
    ? `version ${found.version} is not the latest, and the latest is not in the document`
    : null;
}

/** What is sent to create a policy has no status: it is what somebody wants in force. */
function isActive(policy: WirePolicy): boolean {
  return (policy.status === 'ACTIVE' || policy.status === null) && !isDeleted(policy);
}

function hasUnknownStatus(policy: WirePolicy): boolean {
  const { status } = policy;
  return status !== null && status !== 'ACTIVE' && !inactive.includes(status) && !isDeleted(policy);
}

function isDeleted({ deletedAt }: WirePolicy): boolean {
  return deletedAt !== null;
}

/** Only what may surprise: that an archived policy is left out is what everybody expects. */
function notInForce({ id, version, policy }: Version): ImportRemark | null {
  const isExpected = isDeleted(policy) ? policy.status !== 'ACTIVE' : policy.status === 'ARCHIVED';
  if (isExpected) return null;
  const words = isDeleted(policy)
    ? 'it is deleted, although its status is ACTIVE'
    : `its status is ${policy.status ?? ''}`;
  return { place: `${id} version ${version}`, words: `not in force: ${words}`, instead: 'It is left out.' };
}

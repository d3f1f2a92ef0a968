// Which Palisade limits are enforced: enabled ones, and those whose deletion nobody has approved yet.
import type { ImportFault, ImportRemark } from '../../domain/rulebook-draft.ts';
import type { Placed, WireLimit } from './policies-wire.ts';

export type LimitInForce = {
  readonly limit: WireLimit;
  readonly path: string;
  /** Why nobody can say whether it is enforced; null when it is. */
  readonly doubt: string | null;
};

export type Selection = {
  readonly inForce: readonly LimitInForce[];
  readonly remarks: readonly ImportRemark[];
  readonly faults: readonly ImportFault[];
};

/** A deletion counts once it is approved, https://docs.ripple.com/products/wallet/user-interface/policies/policies-concepts */
const enforced = ['LIMIT_ENABLED', 'LIMIT_DELETION_APPROVAL_PENDING'];

/** Not enforced; what comes next for some of them may surprise. */
const notEnforced: Readonly<Record<string, string | null>> = {
  LIMIT_CREATED: null,
  LIMIT_CREATION_APPROVAL_PENDING: null,
  LIMIT_CREATION_APPROVAL_COMPLETE: 'its creation is approved, so that it is about to be enforced',
  LIMIT_REJECTED: null,
  LIMIT_DELETION_APPROVAL_COMPLETE: 'its deletion is approved',
  LIMIT_DELETED: null,
  LIMIT_ERROR: 'it is in error',
};

export function selectInForce(limits: readonly Placed[]): Selection {
  const inForce: LimitInForce[] = [];
  const remarks: ImportRemark[] = [];
  for (const { limit, path } of limits) {
    const standing = standingOf(limit);
    const place = nameOf(limit);
    if (standing.kind === 'left-out') {
      if (standing.words === null) continue;
      const instead = 'It is left out; import again when its status changes.';
      remarks.push({ place, words: `not in force: ${standing.words}`, instead });
    } else {
      inForce.push({ limit, path, doubt: standing.doubt });
      if (standing.doubt === null) continue;
      remarks.push({ place, words: standing.doubt, instead: 'Where it would apply it is unknown, and abstains.' });
    }
  }
  return { inForce, remarks, faults: [...repeated(limits), ...twins(inForce)] };
}

type Standing =
  | { readonly kind: 'counts'; readonly doubt: string | null }
  | { readonly kind: 'left-out'; readonly words: string | null };

/** What is sent to create a limit has no status: it is what somebody wants enforced. */
function standingOf({ status, active }: WireLimit): Standing {
  if (status === null) return { kind: 'counts', doubt: null };
  if (enforced.includes(status)) {
    return { kind: 'counts', doubt: active === false ? `its status is ${status}, but it is not active` : null };
  }
  if (!Object.hasOwn(notEnforced, status)) {
    return { kind: 'counts', doubt: `nobody can say whether the status "${status}" means enforced` };
  }
  if (active === true) return { kind: 'counts', doubt: `its status is ${status}, but it is active` };
  return { kind: 'left-out', words: notEnforced[status] ?? null };
}

export function nameOf(limit: WireLimit): string {
  return limit.id ?? `${limit.limitType} ${limit.asset?.symbol ?? limit.symbol ?? ''}`;
}

function repeated(limits: readonly Placed[]): readonly ImportFault[] {
  return limits.flatMap(({ limit: { id }, path }, at) => {
    if (id === null || limits.findIndex(({ limit }) => limit.id === id) === at) return [];
    const words = `${id} is there twice, and a policy never changes`;
    return [{ path: path === '' ? 'id' : `${path}.id`, words, remedy: 'Leave one of them out.' }];
  });
}

/** The platform refuses a second limit with the same wallet, type, symbol and matchers (PAL006.023). */
function twins(inForce: readonly LimitInForce[]): readonly ImportFault[] {
  const keys = inForce.map(({ limit }) => identityOf(limit));
  return inForce.flatMap(({ limit, path }, at) => {
    const first = keys.indexOf(keys[at] ?? '');
    const twin = inForce[first];
    if (first === at || twin === undefined || (limit.id !== null && limit.id === twin.limit.id)) return [];
    const words = `has the wallet, type, symbol and matchers of ${nameOf(twin.limit)}, which the platform refuses (PAL006.023)`;
    return [{ path, words, remedy: 'Leave out the one that does not exist there.' }];
  });
}

function identityOf(limit: WireLimit): string {
  const matchers = limit.matchers.map(({ type, value, values }) => {
    const inline = (value ?? '').split(',').map((part) => part.trim());
    return [type, [...new Set([...inline, ...(values ?? [])])].filter((part) => part !== '').toSorted()];
  });
  const ordered = matchers.map((matcher) => JSON.stringify(matcher)).toSorted();
  return JSON.stringify([limit.walletId, limit.limitType, limit.asset?.symbol ?? limit.symbol, ordered]);
}

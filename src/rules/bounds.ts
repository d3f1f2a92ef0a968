// What a rule that approves by itself has to say: what, how much and to whom; and which of the three it leaves open.
import type { Condition, ConditionTree, Rule } from '../domain/rulebook.ts';
import { assetIdentity, keyOf } from './kinds/asset.ts';
import { membersOf } from './names.ts';
import { listOf, recordOf } from './unknown.ts';

export type MissingBound = {
  /** As in "it has no condition on …". */
  readonly what: string;
  /** A condition that would do. */
  readonly add: string;
  /** Why what looks like one is none, where something does. */
  readonly why: readonly string[];
};

/** What every application of a condition is about, by the conditions that must hold beside it. */
type Beside = { readonly asset: string | null; readonly network: string | null };

type Bound = Pick<MissingBound, 'what' | 'add'> & {
  /** `holds`: whether the condition, or its opposite, is what has to be true. */
  readonly isMet: (condition: Condition, holds: boolean, beside: Beside) => boolean;
};

const howMuch: Bound = { what: 'amount with atMost', add: '`{ kind: amount, atMost: 1000 USD }`', isMet: limitsAmount };

const bounds: readonly Bound[] = [
  {
    what: 'activity',
    add: '`{ kind: activity, in: [transfer] }`',
    isMet: ({ kind }, holds) => holds && kind === 'activity',
  },
  howMuch,
  {
    what: 'recipient',
    add: '`{ kind: recipient, in: $suppliers }`',
    isMet: ({ kind, some }, holds) => holds && kind === 'recipient' && some !== true,
  },
];

export function missingBounds({ when, must }: Rule): readonly MissingBound[] {
  const trees = [...when, ...must];
  return bounds
    .filter((bound) => !isBound(trees, bound, { asset: null, network: null }))
    .map((bound) => ({ what: bound.what, add: bound.add, why: bound === howMuch ? whyNoLimit(trees) : [] }));
}

/** What every application must meet: conditions that stand side by side, however they are nested in `all`. */
export function required(trees: readonly ConditionTree[]): readonly ConditionTree[] {
  return trees.flatMap((tree) => (tree.logic === 'all' ? required(tree.of) : [tree]));
}

export function isUnsupported(tree: ConditionTree): boolean {
  const inner = tree.logic === 'not' ? tree.of : tree;
  return inner.logic === 'one' && inner.condition.kind === 'unsupported';
}

/** True only where every way to meet the trees meets such a condition. */
function isBound(trees: readonly ConditionTree[], bound: Bound, around: Beside): boolean {
  const parts = required(trees);
  const beside = besideOf(parts, around);
  return parts.some((part) => {
    if (part.logic === 'one') return bound.isMet(part.condition, true, beside);
    if (part.logic === 'not') return part.of.logic === 'one' && bound.isMet(part.of.condition, false, beside);
    // What nobody can judge is never true, so that nothing is approved by such an alternative.
    const open = part.of.filter((alternative) => !required([alternative]).some(isUnsupported));
    return open.length > 0 && open.every((alternative) => isBound([alternative], bound, beside));
  });
}

/**
 * An upper limit in units that nobody can take for others: a currency, one asset. So many base units, or wei, are much
 * of one asset and nothing of another, and count only where a single asset, or the coin of a single network, is meant.
 * The value that a call carries (`field`, `call.value`) says nothing of the tokens that it moves, and is no limit.
 */
function limitsAmount(condition: Condition, holds: boolean, { asset, network }: Beside): boolean {
  if (!isUpper(condition, holds)) return false;
  switch (condition.kind) {
    case 'amount':
      return true;
    case 'spent':
      return holds;
    case 'base-units':
      return condition['of'] !== undefined || asset !== null;
    case 'wei':
      // It is unknown for whatever is not the coin of an EVM network.
      return asset !== null || network !== null;
    default:
      return false;
  }
}

/** At most so much; or not at least so much, which is below it. */
function isUpper(condition: Condition, holds: boolean): boolean {
  if (holds) return condition['atMost'] !== undefined;
  return condition['atLeast'] !== undefined && condition['atMost'] === undefined;
}

function besideOf(parts: readonly ConditionTree[], around: Beside): Beside {
  const conditions = parts.flatMap((part) => (part.logic === 'one' ? [part.condition] : []));
  const onlyOf = (kind: string, read: (condition: Condition) => ReadonlySet<string>) => {
    const [only] = conditions.filter((condition) => condition.kind === kind && read(condition).size === 1).map(read);
    return only === undefined ? null : ([...only][0] ?? null);
  };
  return {
    asset: around.asset ?? onlyOf('asset', assetsIn),
    network: around.network ?? onlyOf('network', networksIn),
  };
}

/** Which assets, and not how they are written: two texts may be one. */
function assetsIn(condition: Condition): ReadonlySet<string> {
  const reading = membersOf(assetIdentity).shape.in.safeParse(condition['in']);
  return new Set(reading.success ? reading.data.values.map(keyOf) : []);
}

function networksIn(condition: Condition): ReadonlySet<string> {
  return new Set(listOf(recordOf(condition['in'])['values']).filter((name) => typeof name === 'string'));
}

function whyNoLimit(trees: readonly ConditionTree[]): readonly string[] {
  const kinds = new Set(limitsIn(trees, true).map(({ kind }) => kind));
  return [
    ...(kinds.has('base-units') ? ['So many base units may be of any asset: name the one asset beside them.'] : []),
    ...(kinds.has('wei') ? ['So many wei may be of any coin: name the one network or asset beside them.'] : []),
  ];
}

function limitsIn(trees: readonly ConditionTree[], holds: boolean): readonly Condition[] {
  return trees.flatMap((tree) => {
    if (tree.logic === 'one') return isUpper(tree.condition, holds) ? [tree.condition] : [];
    return tree.logic === 'not' ? limitsIn([tree.of], !holds) : limitsIn(tree.of, holds);
  });
}

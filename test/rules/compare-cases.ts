// Random small rulebooks that are near each other, and observations that touch everything they ask about.
import * as fc from 'fast-check';
import { noRequest } from '../../src/domain/activity.ts';
import type {
  Condition,
  ConditionTree,
  Effect,
  Observation,
  Rule,
  Rulebook,
  RuleSet,
} from '../../src/domain/rulebook.ts';
import { questionKey, type SpendSum } from '../../src/domain/spend.ts';
import { compileRulebook } from '../../src/rules/compile.ts';
import { aPayout, seen, supplier, usdc } from './rulebooks.ts';
import { noon } from '../builders.ts';

const other = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC';
const tags = ['payroll', 'hot', 'cold'];
const kinds = ['transfer', 'swap', 'contract-call'];
const asset = { network: 'Ethereum', reference: usdc, decimals: 6 };

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const inList = (kind: string, values: readonly unknown[]) =>
  some(values).map((chosen): Condition => ({ kind, in: { list: null, values: chosen } }));
const usd = fc.constantFrom('100', '500', '1000').map((value) => ({ unit: 'fiat', fiat: { value, currency: 'USD' } }));
const units = fc.constantFrom('100000000', '500000000').map((base) => ({ unit: 'asset', base, name: 'USDC', asset }));
const age = fc.constantFrom({}, { quoteNotOlderThan: '15m' }, { quoteNotOlderThan: '2h' });
const bound = fc.constantFrom('atMost', 'atLeast');

const condition: fc.Arbitrary<Condition> = fc.oneof(
  inList('activity', kinds),
  inList('network', ['Ethereum', 'Polygon']),
  inList('initiator', ['us-a', 'us-b', 'us-c']),
  inList('recipient', [supplier, other]),
  inList('recipient', [supplier, other]).map((found): Condition => ({ ...found, some: true })),
  inList('asset', [asset, { network: 'Ethereum', reference: 'native', decimals: 18 }]),
  fc.tuple(bound, usd, age).map(([side, limit, old]) => ({ kind: 'amount', [side]: limit, ...old })),
  fc.tuple(bound, units).map(([side, limit]) => ({ kind: 'amount', [side]: limit })),
  fc.tuple(usd, age, fc.constantFrom('24h', 'lifetime')).map(([atMost, old, window]) => ({
    kind: 'spent',
    window,
    per: 'connection',
    atMost,
    ...old,
  })),
  fc.constantFrom(1, 3, 5).map((count) => ({ kind: 'spent', window: '24h', per: 'connection', count })),
  fc.constantFrom(
    { kind: 'time', zone: 'UTC', from: '09:00', to: '17:00' },
    { kind: 'time', zone: 'UTC', from: '08:00' },
    { kind: 'time', zone: 'UTC', days: ['fri'] },
  ),
  some(tags).map((anyOf) => ({ kind: 'wallet-tag', anyOf })),
  some(tags).map((allOf) => ({ kind: 'wallet-tag', allOf })),
  fc.boolean().map((present) => ({ kind: 'memo', present })),
  fc.constant<Condition>({ kind: 'always' }),
  fc.constant<Condition>({ kind: 'always' }),
  fc.constantFrom<Condition>({ kind: 'always' }, { kind: 'unsupported', what: 'a vote of the board' }),
);

const leaf = condition.map((found): ConditionTree => ({ logic: 'one', condition: found }));
const tree: fc.Arbitrary<ConditionTree> = fc.oneof(
  { weight: 6, arbitrary: leaf },
  { weight: 1, arbitrary: leaf.map((of): ConditionTree => ({ logic: 'not', of })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(leaf, { minLength: 1, maxLength: 3 }))
      .map(([logic, of]): ConditionTree => ({ logic, of })),
  },
);

const effects: fc.Arbitrary<readonly Effect[]> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Effect[]>([{ kind: 'allow' }]) },
  { weight: 1, arbitrary: fc.constant<Effect[]>([{ kind: 'abstain', why: null }]) },
  { weight: 1, arbitrary: fc.constant<Effect[]>([{ kind: 'notify', target: 'ops' }]) },
);
const stage: fc.Arbitrary<Rule['stage']> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Rule['stage']>({ kind: 'live' }) },
  { weight: 1, arbitrary: fc.constantFrom<Rule['stage']>({ kind: 'shadow' }, { kind: 'canary', percent: 50 }) },
);
const everything: ConditionTree = { logic: 'one', condition: { kind: 'always' } };
const when = fc.oneof(fc.constant([everything]), fc.array(tree, { minLength: 1, maxLength: 2 }));
const must = fc.oneof({ weight: 2, arbitrary: fc.constant<ConditionTree[]>([]) }, fc.array(tree, { maxLength: 2 }));

function ruleCalled(id: string): fc.Arbitrary<Rule> {
  return fc.record({ stage, when, must, effects }).map((parts) => ({
    ...parts,
    id,
    title: id,
    enforcement: 'strict',
    priority: null,
    source: null,
  }));
}

function setCalled(name: string): fc.Arbitrary<RuleSet> {
  const ids = ['a', 'b', 'c'].map((id) => `${name}-${id}`);
  return fc.record({
    name: fc.constant(name),
    connections: fc.constantFrom(null, null, null, ['treasury'], ['treasury', 'ops'], ['ops']),
    match: fc.constantFrom('first-match', 'deny-overrides', 'all-must-pass', 'any-passes', 'all-trigger'),
    otherwise: fc.constantFrom('abstain', 'abstain', 'pass-on'),
    rules: fc.subarray(ids, { minLength: 1 }).chain((chosen) => fc.tuple(...chosen.map(ruleCalled))),
  });
}

const rulebook: fc.Arbitrary<Rulebook> = fc
  .oneof(
    { weight: 2, arbitrary: fc.tuple(setCalled('one')) },
    { weight: 1, arbitrary: fc.tuple(setCalled('one'), setCalled('two')) },
  )
  .map((sets) => ({ version: 1, sets, hash: 'h' }));

/** One thing changed about one rule, or about its set. */
const change: fc.Arbitrary<(set: RuleSet) => RuleSet> = fc
  .tuple(fc.nat(), fc.nat(6), tree, ruleCalled('new'), stage, effects)
  .map(([at, what, other_, added, otherStage, otherEffects]) => (set: RuleSet): RuleSet => {
    const place = at % set.rules.length;
    const edit = (apply: (rule: Rule) => Rule): RuleSet => ({
      ...set,
      rules: set.rules.map((rule, position) => (position === place ? apply(rule) : rule)),
    });
    const withFirst = (rule: Rule): readonly ConditionTree[] => [other_, ...rule.when.slice(1)];
    switch (what) {
      case 0:
        return edit((rule) => ({ ...rule, when: [...rule.when, other_] }));
      case 1:
        return edit((rule) => ({ ...rule, must: [...rule.must, other_] }));
      case 2:
        return edit((rule) => ({ ...rule, when: withFirst(rule) }));
      case 3:
        return edit((rule) => ({ ...rule, stage: otherStage }));
      case 4:
        return set.rules.length > 1 ? { ...set, rules: set.rules.toSpliced(place, 1) } : set;
      case 5:
        return { ...set, rules: set.rules.toSpliced(place, 0, { ...added, id: `${set.name}-new` }) };
      default:
        return edit((rule) => ({ ...rule, effects: otherEffects }));
    }
  });

function step(book: Rulebook, apply: (set: RuleSet) => RuleSet, at: number): Rulebook {
  const sets = book.sets.map((set, position) => (position === at % book.sets.length ? apply(set) : set));
  return { ...book, sets };
}

/** A rulebook, and another one a step or two away from it. */
export const neighbours: fc.Arbitrary<{ before: Rulebook; after: Rulebook }> = fc
  .tuple(
    rulebook,
    change,
    fc.option(change, { freq: 2 }),
    fc.oneof({ weight: 20, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: rulebook }),
  )
  .map(([before, first, second, unrelated]) => {
    const once = step(before, first, 0);
    const twice = second === null ? once : step(once, second, 1);
    return { before, after: unrelated ?? { ...twice, hash: 'i' } };
  });

const sum: fc.Arbitrary<SpendSum> = fc.record({
  count: fc.nat(6),
  base: fc.constantFrom('0', '400000000'),
  withoutAmount: fc.constantFrom(0, 0, 0, 1),
  fiat: fc.constantFrom('0', '400', '900'),
  withoutPrice: fc.constantFrom(0, 0, 0, 1),
});

/** What both rulebooks ask about the past is answered alike, or not at all. */
export function observationOf(books: readonly Rulebook[]): fc.Arbitrary<Observation> {
  const questions = books.flatMap((book) =>
    compileRulebook(book).sets.flatMap((set) => set.rules.flatMap((rule) => rule.asks)),
  );
  const keys = [...new Set(questions.map(questionKey))];
  const activity = fc.record({
    kind: fc.constantFrom('transfer', 'transfer', 'transfer', 'swap', 'contract-call', 'unknown'),
    network: fc.constantFrom('Ethereum', 'Ethereum', 'Ethereum', 'Polygon', null),
    to: fc.constantFrom(supplier, supplier, other, '0x1'),
    more: fc.constantFrom([], [], [other]),
    amountBase: fc.constantFrom(
      '50000000',
      '100000000',
      '300000000',
      '500000000',
      '50000000',
      '300000000',
      '2000000000',
      null,
    ),
    price: fc.constantFrom(60_000, 60_000, 30 * 60_000, 3 * 3_600_000, null),
    memo: fc.constantFrom(null, 'invoice'),
    walletTags: fc.option(fc.subarray(tags), { freq: 9 }),
  });
  return fc
    .tuple(
      activity,
      fc.constantFrom('us-a', 'us-a', 'us-b', null),
      fc.constantFrom(noon, noon - 5 * 3_600_000, noon + 24 * 3_600_000),
      fc.tuple(...keys.map(() => fc.option(sum, { freq: 6 }))),
      fc.integer({ min: 0, max: 40 }),
    )
    .map(([{ to, more, price, walletTags, ...rest }, account, at, sums, id]) => {
      const approval = aPayout(
        {
          ...rest,
          destinations: [to, ...more].map((address) => ({ address, amountBase: rest.amountBase })),
          price: price === null ? null : { perToken: '1', currency: 'USD', quotedAt: at - price },
          request: { ...noRequest, walletTags },
        },
        { id: `ap-${id}`, initiator: account === null ? null : { account, serviceAccount: false } },
      );
      const spent = Object.fromEntries(
        keys.flatMap((key, position) => {
          const found = sums[position];
          return found === undefined || found === null ? [] : [[key, found]];
        }),
      );
      return seen(approval, { at, spent });
    });
}

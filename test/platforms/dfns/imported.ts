// An imported draft as people would put it in force: written as YAML, parsed, compiled, and asked.
import { expect } from 'vitest';
import { stringify } from 'yaml';
import type { Draft, DraftSet, ImportReading, ImportRemark } from '../../../src/domain/rulebook-draft.ts';
import type { Observation } from '../../../src/domain/rulebook.ts';
import { isCounted, questionKey, windowStart, type Payment, type SpendSum } from '../../../src/domain/spend.ts';
import { addDecimals } from '../../../src/domain/amount.ts';
import { compileRulebook, type CompiledRulebook } from '../../../src/rules/compile.ts';
import { evaluateRulebook, type RulebookAnswer } from '../../../src/rules/evaluate.ts';
import { factsOf } from '../../../src/rules/facts.ts';
import { parseRulebook } from '../../../src/rules/parse.ts';

export function draftOf(reading: ImportReading): { readonly draft: Draft; readonly remarks: readonly ImportRemark[] } {
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
  return reading;
}

/** A rule of our own that allows everything, so that what the imported set objects to can be seen. */
export const anything: DraftSet = {
  name: 'own',
  match: 'first-match',
  rules: [{ id: 'anything', title: 'Anything', stage: 'live', when: [{ kind: 'always' }], effect: 'allow' }],
};

export function compiled(draft: Draft, ...others: readonly DraftSet[]): CompiledRulebook {
  const { lists, assets, sets } = draft;
  // A rule without an effect allows, so an import must never leave one out.
  expect(sets.flatMap((set) => set.rules).filter(({ effect }) => effect === undefined)).toEqual([]);
  const reading = parseRulebook(stringify({ version: 1, lists, assets, sets: [...sets, ...others] }));
  if (reading.kind === 'faults') throw new Error(JSON.stringify(reading.faults, null, 2));
  return compileRulebook(reading.rulebook);
}

/** With every sum that the rulebook asks for, taken from these payments. */
export function answerTo(
  rulebook: CompiledRulebook,
  seen: Omit<Observation, 'spent' | 'demoted'>,
  past: readonly Payment[],
): RulebookAnswer {
  const { activity, initiator } = seen.approval;
  const values = {
    ...(activity.wallet === null ? {} : { wallet: activity.wallet.id }),
    ...(initiator === null ? {} : { initiator: initiator.account }),
  };
  const spent: Record<string, SpendSum> = {};
  for (const question of rulebook.sets.flatMap((set) => set.rules.flatMap((rule) => rule.asks))) {
    const start = windowStart(question.window, seen.at);
    if (start.kind === 'unknown' || question.counter.per.some((dimension) => !(dimension in values))) continue;
    const counted = past.filter(
      ({ at, dimensions }) =>
        (start.kind === 'always' || at > start.at) && isCounted(question.counter, values, dimensions),
    );
    const fiats = counted.map(({ fiat }) => (fiat?.currency === question.currency ? fiat : null));
    spent[questionKey(question)] = {
      count: counted.length,
      base: '0',
      withoutAmount: counted.length,
      fiat: fiats.reduce((sum, fiat) => addDecimals(sum, fiat?.value ?? '0'), '0'),
      withoutPrice: fiats.filter((fiat) => fiat === null).length,
    };
  }
  return evaluateRulebook(rulebook, factsOf({ ...seen, spent, demoted: [] }));
}

/** A payment of a wallet; `value` null has no price. */
export function aPayment(input: {
  readonly reference: string;
  readonly wallet: string;
  readonly initiator?: string;
  readonly at: number;
  readonly value: string | null;
}): Payment {
  const { reference, wallet, initiator, at, value } = input;
  const none: readonly string[] = [];
  return {
    connection: 'treasury',
    reference,
    dimensions: {
      wallet: [wallet],
      network: none,
      asset: none,
      recipient: none,
      initiator: initiator === undefined ? none : [initiator],
      credential: none,
      counterparty: none,
      activity: none,
      'transaction-type': none,
      method: none,
    },
    amountBase: null,
    fiat: value === null ? null : { value, currency: 'USD' },
    at,
  };
}

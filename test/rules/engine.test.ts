import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Observation } from '../../src/domain/rulebook.ts';
import { compileRulebook, compileSet, replaceRule, type CompiledRulebook } from '../../src/rules/compile.ts';
import { evaluateRulebook } from '../../src/rules/evaluate.ts';
import { explainRulebook } from '../../src/rules/explain.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { answerText } from '../../src/rules/finding.ts';
import { leafOf } from '../../src/rules/rule-index.ts';
import { assets, observationOf, randomSets, randomTransaction, seeded } from './random-rulebook.ts';
import { decide, type Transaction, type WrittenSet } from './reference.ts';
import { aPayout, evaluate, rulebookOf, supplier } from './rulebooks.ts';

/** More, and other ones, by `ENGINE_RUNS` and `ENGINE_SEED`. */
const runs = Number(process.env['ENGINE_RUNS'] ?? 400);
const seed = Number(process.env['ENGINE_SEED'] ?? 20_261_120);
const transactionsPerRulebook = 25;

function textOf(sets: readonly WrittenSet[]): string {
  return stringify({ version: 1, assets, sets });
}

function* cases(): Generator<{
  sets: readonly WrittenSet[];
  compiled: CompiledRulebook;
  transactions: Transaction[];
  at: string;
}> {
  for (let run = 0; run < runs; run += 1) {
    const random = seeded(seed + run);
    const sets = randomSets(random);
    const transactions = Array.from({ length: transactionsPerRulebook }, () => randomTransaction(random));
    yield { sets, compiled: compileRulebook(rulebookOf(textOf(sets))), transactions, at: `seed ${seed + run}` };
  }
}

describe('the engine', () => {
  test('gives the answer of a plain reading of the document, to the last unit', () => {
    let allowed = 0;
    for (const { sets, compiled, transactions, at } of cases()) {
      for (const transaction of transactions) {
        const answer = evaluateRulebook(compiled, factsOf(observationOf(transaction)));
        const expected = decide(sets, assets, transaction);
        if (expected === 'allow') allowed += 1;
        if (answer.kind !== expected) {
          throw new Error(`${at}: ${answer.kind}, not ${expected}: ${textOf(sets)} ${described(transaction)}`);
        }
      }
    }
    // Otherwise it would be easy to agree.
    expect(allowed).toBeGreaterThan((runs * transactionsPerRulebook) / 50);
  });

  test('answers the same with its index and without', () => {
    for (const { compiled, transactions, at } of cases()) {
      const linear = {
        ...compiled,
        sets: compiled.sets.map((set) => ({
          ...set,
          index: leafOf(
            set.rules.filter(({ rule }) => counts(rule)),
            [],
          ),
        })),
      };
      for (const transaction of transactions) {
        const facts = factsOf(observationOf(transaction));
        expect(evaluateRulebook(compiled, facts), at).toEqual(evaluateRulebook(linear, facts));
      }
    }
  });

  test('hears a rule whose conditions exclude each other as it would without an index', () => {
    const payouts = [
      '{ kind: activity, in: [transfer] }',
      '{ kind: amount, atMost: 1000 USD }',
      askedBy('us-1', 'us-2'),
    ];
    const objecting = writtenRule('nobody', 'abstain', [askedBy('us-1'), askedBy('us-2')]);
    const header = 'version: 1\nmatch: deny-overrides\nrules:\n';
    const open = writtenRule('open', 'allow', [...payouts.slice(0, 2), `{ kind: recipient, in: ['${supplier}'] }`]);
    // As many as the index takes to look rules up instead of asking all of them.
    const others = Array.from({ length: 6 }, (_, at) => writtenRule(`other-${at}`, 'allow', payouts));
    const nobodyKnown = aPayout({}, { initiator: null });

    expect(evaluate(`${header}${open}${others.join('')}`, nobodyKnown).rule).toBe('open');
    expect(evaluate(`${header}${open}${objecting}`, nobodyKnown).because).toBe('unknown');
    expect(evaluate(`${header}${open}${others.join('')}${objecting}`, nobodyKnown).because).toBe('unknown');
    expect(evaluate(`${header}${open}${others.join('')}${objecting}`, aPayout()).rule).toBe('open');
  });

  test('explains the answer that it gives, and the same way each time', () => {
    for (const { compiled, transactions, at } of cases()) {
      for (const transaction of transactions.slice(0, 5)) {
        const facts = factsOf(observationOf(transaction));
        const explanation = explainRulebook(compiled, facts);

        expect(explanation.answer, at).toEqual(evaluateRulebook(compiled, facts));
        const stored: Observation = JSON.parse(JSON.stringify(observationOf(transaction)));
        expect(answerText(explainRulebook(compiled, factsOf(stored))), at).toBe(answerText(explanation));
      }
    }
  });

  test('never allows what it would not allow if it knew more', () => {
    for (const { compiled, transactions, at } of cases()) {
      for (const known of transactions) {
        const random = seeded(known.memo === null ? 1 : 2);
        const keys = [
          'activity',
          'network',
          'wallet',
          'initiator',
          'asset',
          'amount',
          'priceCents',
          'recipient',
        ] as const;
        for (const lost of keys) {
          const blind = evaluateRulebook(compiled, factsOf(observationOf({ ...known, [lost]: null })));
          if (blind.kind === 'abstain') continue;
          const other = randomTransaction(random)[lost] ?? known[lost];
          for (const value of [known[lost], other]) {
            const answer = evaluateRulebook(compiled, factsOf(observationOf({ ...known, [lost]: value })));
            expect(answer.kind, `${at}: ${lost}`).toBe('allow');
          }
        }
      }
    }
  });

  test('is the same after one rule was exchanged as when it was made anew', () => {
    for (const { sets, transactions, at } of cases()) {
      const [set] = rulebookOf(textOf(sets)).sets;
      const [other] = rulebookOf(textOf(randomSets(seeded(sets.length)))).sets;
      const [rule] = other?.rules ?? [];
      if (set === undefined || rule === undefined) continue;
      const position = transactions.length % set.rules.length;
      const exchanged = replaceRule(compileSet(set), position, rule);
      const anew = compileSet({ ...set, rules: set.rules.with(position, rule) });
      for (const transaction of transactions) {
        const facts = factsOf(observationOf(transaction));
        const [a, b] = [exchanged, anew].map((made) => evaluateRulebook({ hash: '', sets: [made] }, facts));
        expect(a, at).toEqual(b);
      }
    }
  });
});

function writtenRule(id: string, effect: string, conditions: readonly string[]): string {
  return `  - { id: ${id}, title: ${id}, stage: live, effect: ${effect}, when: [${conditions.join(', ')}] }\n`;
}

function askedBy(...accounts: readonly string[]): string {
  return `{ kind: initiator, in: [${accounts.join(', ')}] }`;
}

function counts(rule: { readonly enforcement: string; readonly stage: { readonly kind: string } }): boolean {
  return rule.enforcement === 'strict' && rule.stage.kind !== 'shadow';
}

function described(transaction: Transaction): string {
  return JSON.stringify(transaction, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

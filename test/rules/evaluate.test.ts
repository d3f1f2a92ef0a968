import { describe, expect, test } from 'vitest';
import type { Activity } from '../../src/domain/activity.ts';
import type { ConditionTree, Rulebook } from '../../src/domain/rulebook.ts';
import { compileRulebook } from '../../src/rules/compile.ts';
import { explainRulebook, explanationLines } from '../../src/rules/explain.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { rulebookFinding } from '../../src/rules/finding.ts';
import { noon } from '../builders.ts';
import { aPayout, change, evaluate, rulebookOf, seen, supplier, text } from './rulebooks.ts';

const second = text.slice(text.indexOf('  - id')).replace('routine', 'second').replace('1000 USD', '400 USD');

describe('which rule allows', () => {
  test('the rule whose every condition is true', () => {
    expect(evaluate(text, aPayout())).toMatchObject({ rule: 'routine', because: null });
  });

  test('the first of several', () => {
    expect(evaluate(`${text}${second}`, aPayout({ amountBase: '300000000' })).rule).toBe('routine');
    expect(evaluate(change('- id: routine', '- id: first', `${text}${second}`), aPayout()).rule).toBe('first');
  });

  test('a later one, when an earlier one does not hold or is unknown', () => {
    const stale = change('atMost: 1000 USD', 'atMost: 1000 USD, quoteNotOlderThan: 1m', `${text}${second}`);

    const evaluation = evaluate(stale, aPayout({ amountBase: '300000000' }), noon + 120_000);

    expect(evaluation.explanation.map(({ applies }) => applies)).toEqual(['unknown', 'true']);
    expect(evaluation.rule).toBe('second');
  });

  test('never a shadow rule, and it hides no live one', () => {
    const shadow = change('stage: live', 'stage: shadow');

    expect(evaluate(shadow, aPayout())).toMatchObject({
      rule: null,
      because: 'nothing',
      explanation: [{ applies: 'true', wouldAllow: true }],
    });
    expect(evaluate(`${shadow}${second.replace('400 USD', '4000 USD')}`, aPayout()).rule).toBe('second');
  });

  test('none, when nothing matched or there are no rules', () => {
    expect(evaluate(text, aPayout({ amountBase: '1000000001' }))).toMatchObject({ rule: null, because: 'nothing' });
    expect(evaluate('version: 1\nrules: []\n', aPayout())).toMatchObject({ rule: null, because: 'nothing' });
  });

  test('none, when a rule without conditions slipped past the parser', () => {
    expect(rulebookFinding(withRule([]), seen(aPayout()))).toMatchObject({
      rule: null,
      finding: { outcome: 'unavailable' },
    });
  });
});

describe('unknown never approves', () => {
  const losses: readonly (readonly [string, Partial<Activity>])[] = [
    ['kind', { kind: 'unknown' }],
    ['network', { network: null }],
    ['asset', { asset: null }],
    ['amount', { amountBase: null }],
    ['price', { price: null }],
    ['recipient', { destinations: [] }],
    ['wallet', { wallet: null }],
  ];

  test.each(losses)('a missing %s abstains, and the reason names what is missing', (_, loss) => {
    const evaluation = evaluate(text, aPayout(loss));

    expect(evaluation).toMatchObject({ rule: null, because: 'unknown' });
    const words = evaluation.explanation.flatMap(({ conditions }) => conditions.map((answer) => answer.words));
    expect(words.join('; ')).toMatch(/unknown|not known|no price|no recipient/);
  });

  test('however many are missing together', () => {
    for (let chosen = 1; chosen < 2 ** losses.length; chosen += 1) {
      const missing = losses.filter((_, index) => (chosen >> index) % 2 === 1).map(([, loss]) => loss);

      const evaluation = evaluate(text, aPayout(Object.assign({}, ...missing)));

      expect(evaluation.rule).toBeNull();
    }
  });

  test('one false condition beside an unknown one makes the rule false', () => {
    const evaluation = evaluate(text, aPayout({ price: null, kind: 'swap' }));

    expect(evaluation.because).toBe('nothing');
  });
});

describe('the explanation', () => {
  test('has every rule and every condition, with wanted and seen', () => {
    const lines = linesOf(`${text}${second.replace('live', 'shadow')}`);

    expect(lines).toEqual([
      'yes routine: Small supplier payouts (allows)',
      '  yes activity: it is a transfer (wanted: transfer; seen: transfer)',
      '  yes asset: it is 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 on Ethereum (wanted: 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 on Ethereum; seen: 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 on Ethereum)',
      '  yes amount: 500.00 USD is below 1,000.00 USD (wanted: at most 1,000.00 USD; seen: 500.00 USD)',
      `  yes recipient: the recipient is in "suppliers" (wanted: one of "suppliers" (2); seen: ${supplier})`,
      'no second [shadow, does not count]: Small supplier payouts (allows)',
      '  yes activity: it is a transfer (wanted: transfer; seen: transfer)',
      '  yes asset: it is 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 on Ethereum (wanted: 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 on Ethereum; seen: 0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 on Ethereum)',
      '  no amount: 500.00 USD is above 400.00 USD (wanted: at most 400.00 USD; seen: 500.00 USD)',
      `  yes recipient: the recipient is in "suppliers" (wanted: one of "suppliers" (2); seen: ${supplier})`,
    ]);
  });

  test('is the same for the same facts and rulebook, also after the rulebook was stored', () => {
    const stored: unknown = JSON.parse(JSON.stringify(rulebookOf(text)));

    expect(stored).toEqual(rulebookOf(text));
    expect(JSON.stringify(evaluate(text, aPayout()))).toBe(JSON.stringify(evaluate(text, aPayout())));
  });
});

describe('the finding for the flow', () => {
  test('passes with the rule that allows it', () => {
    const { finding, rule } = rulebookFinding(rulebookOf(text), seen(aPayout()));

    expect(rule).toBe('routine');
    expect(finding).toMatchObject({
      check: 'rulebook',
      outcome: 'pass',
      words: 'the rule "Small supplier payouts" allows it',
      evidence: { rulebook: rulebookOf(text).hash },
    });
  });

  test('flags when no rule holds, and says what the nearest one lacked', () => {
    const { finding, rule } = rulebookFinding(rulebookOf(text), seen(aPayout({ amountBase: '2000000000' })));

    expect(rule).toBeNull();
    expect(finding).toMatchObject({
      outcome: 'flag',
      words: 'no rule allows it; nearest is "Small supplier payouts": 2,000.00 USD is above 1,000.00 USD',
    });
  });

  test('says once what several conditions of it lack', () => {
    const limits = `      - { kind: amount, atMost: 1 USD }\n      - { kind: amount, atMost: 1 USD }\n`;
    const twice = text.replace('    when:\n', `    when:\n${limits}`);

    const { finding } = rulebookFinding(rulebookOf(twice), seen(aPayout()));

    expect(finding.words.split('is above 1.00 USD')).toHaveLength(2);
  });

  test('is unavailable when a fact is missing, and names it', () => {
    const { finding, rule } = rulebookFinding(rulebookOf(text), seen(aPayout({ price: null })));

    expect(rule).toBeNull();
    expect(finding).toMatchObject({ outcome: 'unavailable' });
    expect(finding.words).toContain('the platform gives no price');
  });

  test('flags when no rulebook is in force', () => {
    expect(rulebookFinding(null, seen(aPayout()))).toMatchObject({
      rule: null,
      finding: { check: 'rulebook', outcome: 'flag', words: 'no rulebook is in force' },
    });
  });

  test('is unavailable when the rulebook holds what the parser would have refused', () => {
    expect(
      rulebookFinding(withRule([{ logic: 'one', condition: { kind: 'moon-phase' } }]), seen(aPayout())),
    ).toMatchObject({ rule: null, finding: { outcome: 'unavailable' } });
  });
});

/** A rulebook that no parser made. */
function withRule(when: readonly ConditionTree[]): Rulebook {
  const rule = { id: 'r', title: 'r', stage: { kind: 'live' }, enforcement: 'strict', priority: null } as const;
  const set = { name: 'main', connections: null, match: 'first-match', otherwise: 'abstain' } as const;
  const rules = [{ ...rule, when, must: [], effects: [{ kind: 'allow' } as const], source: null }];
  return { version: 1, hash: 'x', sets: [{ ...set, rules }] };
}

function linesOf(source: string): readonly string[] {
  return explanationLines(explainRulebook(compileRulebook(rulebookOf(source)), factsOf(seen(aPayout()))));
}

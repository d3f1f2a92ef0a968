import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation, Rulebook } from '../../src/domain/rulebook.ts';
import { changesBetween, demotedWith, weakerThan, withDemoted } from '../../src/rules/compare.ts';
import { compileRulebook } from '../../src/rules/compile.ts';
import { evaluateRulebook } from '../../src/rules/evaluate.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { neighbours, observationOf } from './compare-cases.ts';
import { change, rulebookOf, text } from './rulebooks.ts';

function allows(book: Rulebook, observation: Observation): boolean {
  return evaluateRulebook(compileRulebook(book), factsOf(observation)).kind === 'allow';
}

function weaker(after: string, before: string = text): readonly string[] {
  return weakerThan(rulebookOf(before), rulebookOf(after));
}

const object = `  - id: guard
    title: Large ones are looked at
    stage: live
    when:
      - { kind: amount, atLeast: 500 USD }
    effect: people
`;
/** The guard stands before the rule that allows. */
const guarded = change('rules:\n', `rules:\n${object}`);
const demanding = `${text}    must:\n      - { kind: memo, present: true }\n`;

describe('a rulebook is not weaker', () => {
  test.each([
    ['the same', text],
    ['with a comment', `# said again\n${text}`],
    ['with a lower amount', change('1000 USD', '999 USD')],
    ['with fresher prices', change('1000 USD', '1000 USD, quoteNotOlderThan: 15m')],
    ['with a shorter list', change(/ {4}- 0x3C44.*\n/, '')],
    ['with one more condition', `${text}      - { kind: memo, present: true }\n`],
    ['with something that must hold', demanding],
    ['as a canary', change('stage: live', 'stage: canary 10%')],
    ['as a shadow', change('stage: live', 'stage: shadow')],
    ['as advice', change('stage: live', 'stage: live\n    enforcement: advisory')],
    ['without the rule that allows', change(/rules:[^]*/, 'rules: []\n')],
    ['with a rule that objects', guarded],
    ['about one connection', change('rules:', 'connections: [treasury]\nrules:')],
    ['asking people instead', `${text}    effect: people\n`],
    [
      'with a new shadow rule',
      `${text}${text.slice(text.indexOf('  - id')).replace('routine', 'b').replace('live', 'shadow')}`,
    ],
    [
      'with an alternative of narrower ones',
      change(
        '{ kind: asset, in: [USDC] }',
        'any: [{ kind: asset, in: [USDC] }, { all: [{ kind: asset, in: [USDC] }, { kind: memo, present: true }] }]',
      ),
    ],
  ])('%s', (_, after) => {
    expect(weaker(after)).toEqual([]);
  });

  test('when it is about less, and no other rule could approve what it lets go of', () => {
    expect(weaker(demanding.replace('1000 USD', '900 USD'), demanding)).toEqual([]);
  });

  test('when only the name of a list or of an asset is another', () => {
    expect(weaker(text.replaceAll('suppliers', 'vendors').replaceAll('USDC', 'COIN'))).toEqual([]);
  });

  test('when a rule that objects reaches further', () => {
    expect(weaker(guarded.replace('500 USD', '400 USD'), guarded)).toEqual([]);
  });
});

describe('a rulebook is weaker', () => {
  test.each([
    ['with a higher amount', change('1000 USD', '1001 USD'), 'is no longer provably bound by "amount" as it was'],
    [
      'with an amount in another unit',
      change('1000 USD', '1000 USDC'),
      'is no longer provably bound by "amount" as it was',
    ],
    [
      'with a longer list',
      change('suppliers:\n', 'suppliers:\n    - 0x90F79bf6EB2c4f870365E785982E1f101E93b906\n'),
      '"recipient"',
    ],
    ['without a condition', change(/ {6}- \{ kind: asset.*\n/, ''), '"asset"'],
    [
      'with an alternative',
      change('{ kind: asset, in: [USDC] }', 'any: [{ kind: asset, in: [USDC] }, { kind: memo, present: true }]'),
      '"asset"',
    ],
    ['under another id', change('id: routine', 'id: other'), 'the rule "other" is new and may approve'],
    [
      'judged in another mode',
      change('rules:', 'match: deny-overrides\nrules:'),
      'is judged as deny-overrides, not as first-match',
    ],
    ['leaving to others what it is silent on', change('rules:', 'otherwise: pass-on\nrules:'), 'leaves to other sets'],
  ])('%s', (_, after, words) => {
    const found = weaker(after);

    expect(found.join('; ')).toContain(words);
  });

  test('with older prices', () => {
    const fresh = change('1000 USD', '1000 USD, quoteNotOlderThan: 15m');

    expect(weaker(text, fresh).join('; ')).toContain('"amount"');
  });

  test('with a condition that nobody can judge in the place of one that is judged', () => {
    const judged = '{ kind: recipient, in: $suppliers }';
    const unjudged = '{ kind: unsupported, what: a vote of the board }';
    const unclear = change(judged, unjudged);
    const guard = guarded.replace('{ kind: amount, atLeast: 500 USD }', unjudged);

    expect(weaker(unclear).join('; ')).toContain('"recipient"');
    expect(weaker(guard, guarded)).not.toEqual([]);
    expect(weaker(unclear, unclear)).toEqual([]);
    expect(weaker(`# again\n${guard}`, guard)).toEqual([]);
  });

  test('than none at all, as soon as it allows anything', () => {
    expect(weakerThan(null, rulebookOf(text))).toEqual([
      'the rule "routine" may approve, and nothing was in force before',
    ]);
    expect(weakerThan(null, rulebookOf(change('stage: live', 'stage: shadow')))).toEqual([]);
  });

  test.each([
    ['is gone', text],
    ['reaches less far', guarded.replace('500 USD', '600 USD')],
    ['counts for fewer', guarded.replace('stage: live', 'stage: canary 50%')],
    ['only watches', guarded.replace('stage: live', 'stage: shadow')],
    ['stands behind the rule that allows', `${text}${object}`],
    ['allows', guarded.replace('effect: people', 'effect: allow')],
  ])('when a rule that objects %s', (_, after) => {
    expect(weaker(after, guarded)).not.toEqual([]);
  });

  test('when a canary that objects counts for fewer, and not when it counts for more', () => {
    const [fewer, more] = ['canary 20%', 'canary 50%'].map((stage) =>
      guarded.replace('stage: live', `stage: ${stage}`),
    );

    expect(weaker(fewer ?? '', more)).toEqual(['the rule "guard" objects less often: canary 20%']);
    expect(weaker(more ?? '', fewer)).toEqual([]);
    expect(weaker(guarded, more)).toEqual([]);
    expect(weaker(fewer ?? '', text)).toEqual([]);
  });

  test('when what must hold is gone, or holds for less', () => {
    expect(weaker(text, demanding)).not.toEqual([]);
    const beside = text.slice(text.indexOf('  - id')).replace('routine', 'b');
    const narrower = demanding.replace('1000 USD', '900 USD');
    expect(weaker(`${narrower}${beside}`, `${demanding}${beside}`)).toEqual([
      'the rule "routine" keeps less from being approved than it did',
    ]);
  });
});

describe('never a rulebook that is judged not weaker', () => {
  test('allows what the one before left to people', () => {
    let proven = 0;
    const pairs = neighbours.chain(({ before, after }) =>
      fc.record({
        before: fc.constant(before),
        after: fc.constant(after),
        observations: fc.array(observationOf([before, after]), { minLength: 20, maxLength: 20 }),
      }),
    );
    fc.assert(
      fc.property(pairs, ({ before, after, observations }) => {
        if (weakerThan(before, after).length > 0) return;
        for (const observation of observations) {
          if (!allows(after, observation)) continue;
          proven += 1;
          expect(allows(before, observation)).toBe(true);
        }
      }),
      { numRuns: Number(process.env['COMPARE_RUNS'] ?? 1500) },
    );

    // Otherwise it would have proven nothing.
    expect(proven).toBeGreaterThan(400);
  }, 120_000);

  test('is what a rulebook becomes when rules fall back to shadow', () => {
    const cases = neighbours.chain(({ before }) =>
      fc.record({
        before: fc.constant(before),
        ids: fc.subarray(before.sets.flatMap((set) => set.rules.map((rule) => rule.id))),
        observations: fc.array(observationOf([before]), { minLength: 20, maxLength: 20 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ before, ids, observations }) => {
        const demoted = demotedWith(before, ids);
        expect(ids.every((id) => demoted.includes(id))).toBe(true);
        for (const observation of observations) {
          const isWeaker = allows(before, { ...observation, demoted }) && !allows(before, observation);
          expect(isWeaker).toBe(false);
        }
      }),
      { numRuns: 1000 },
    );
  }, 120_000);
});

describe('falling back', () => {
  test('takes one rule out, where no other one approves more without it', () => {
    const two = `${text}${text.slice(text.indexOf('  - id')).replace('routine', 'second')}`;

    expect(demotedWith(rulebookOf(two), ['routine'])).toEqual(['routine']);
  });

  test('takes the others of its set along, where it also demands something of what it applies to', () => {
    const second = text.slice(text.indexOf('  - id')).replace('routine', 'second').replace('1000 USD', '5000 USD');
    const book = rulebookOf(`${demanding}${second}`);

    expect(demotedWith(book, ['routine'])).toEqual(['routine', 'second']);
    expect(weakerThan(withDemoted(book, ['routine']), book)).not.toEqual([]);
  });
});

describe('what changed, in words', () => {
  test('names rules that are new, changed and gone', () => {
    const after = guarded.replace('1000 USD', '900 USD');

    expect(changesBetween(rulebookOf(text), rulebookOf(after))).toEqual([
      'new: the rule "guard", live: Large ones are looked at',
      'changed: the rule "routine": when it applies',
      'changed: the set "main": its rules, their order, or how they are judged',
    ]);
    expect(changesBetween(rulebookOf(guarded), rulebookOf(change('stage: live', 'stage: canary 5%')))).toEqual([
      'changed: the rule "routine": live → canary 5%',
      'gone: the rule "guard": Large ones are looked at',
      'changed: the set "main": its rules, their order, or how they are judged',
    ]);
    expect(changesBetween(rulebookOf(text), rulebookOf(`# note\n${text}`))).toEqual([]);
  });
});

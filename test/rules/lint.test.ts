import { describe, expect, test } from 'vitest';
import { lintRulebook } from '../../src/rules/lint.ts';
import { connections, groups, objecting, set, short, transfer } from './linted.ts';
import { change, rulebookOf, text } from './rulebooks.ts';

describe('a rulebook that nothing is to be said against', () => {
  test('has no findings', () => {
    expect(short(text)).toEqual([]);
  });
});

describe('a rule that never decides', () => {
  const clash = 'warning 9 rules[0].when can never apply: ';

  test.each([
    [[transfer, '{ kind: activity, in: [swap] }'], 'no activity is in all of its lists'],
    [
      ['{ kind: initiator, in: [a, b] }', '{ kind: initiator, in: [b, c] }', '{ kind: initiator, in: [a, c] }'],
      'no initiator is in all of its lists',
    ],
    [
      ['{ kind: amount, atLeast: 100 USD }', '{ kind: amount, atMost: 99 USD }'],
      '"amount" and "amount" exclude each other',
    ],
    [['{ kind: memo, present: true }', '{ kind: memo, present: false }'], '"memo" and "memo" exclude each other'],
    [[transfer, `not: ${transfer}`], '"activity" and "not activity" exclude each other'],
    [
      ['all: [{ kind: memo, present: true }]', 'all: [{ kind: memo, present: false }]'],
      '"memo" and "memo" exclude each other',
    ],
    [
      ["{ kind: time, zone: UTC, from: '09:00', to: '12:00' }", "{ kind: time, zone: UTC, from: '12:00' }"],
      '"time" and "time" exclude each other',
    ],
    [['not: { kind: always }'], '"not always" never holds'],
  ])('because of %j', (when, words) => {
    expect(short(set([objecting(...when)]))).toEqual([`${clash}${words}`]);
  });

  test.each([
    [['{ kind: amount, atLeast: 100 USD }', '{ kind: amount, atMost: 100 USD }']],
    [['{ kind: amount, atLeast: 100 USD }', '{ kind: amount, atMost: 99 USDC }']],
    [["{ kind: time, zone: UTC, from: '09:00', to: '12:00' }", "{ kind: time, zone: Europe/Zurich, from: '12:00' }"]],
    [['{ kind: initiator, in: [a] }', '{ kind: wallet, in: [b] }']],
    [['{ kind: wallet-tag, anyOf: [a] }', '{ kind: wallet-tag, anyOf: [b] }']],
    [
      [
        '{ kind: recipient, in: $suppliers, some: true }',
        "{ kind: recipient, in: ['0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'], some: true }",
      ],
    ],
  ])('but not because of %j', (when) => {
    expect(short(set([objecting(...when)]))).toEqual([]);
  });

  test('because what must hold excludes what it is about', () => {
    const source = `${text}    must: [{ kind: amount, atLeast: 2000 USD }]\n`;

    expect(short(source)).toEqual([
      'warning 18 rules[0].must can never approve: "amount" and "amount" exclude each other',
    ]);
  });

  test('because nobody here can judge one of its conditions', () => {
    const source = `${text}      - { kind: unsupported, what: a vote of the board }\n`;

    expect(short(source)).toEqual([
      'warning 13 rules[0].when can never approve: "a vote of the board" cannot be judged here',
    ]);
  });
});

describe('a rule behind another one', () => {
  test.each([
    ['that is about the same', [transfer], [transfer]],
    ['that is about more', [transfer], ['{ kind: memo, present: true }', transfer]],
    ['with a longer list', ['{ kind: initiator, in: [a, b, c] }'], ['{ kind: initiator, in: [b] }']],
    ['with a higher limit', ['{ kind: amount, atMost: 1000 USD }'], ['{ kind: amount, atMost: 999 USD }']],
    ['that is always true', ['{ kind: always }'], [transfer]],
  ])('%s is never reached', (_, first, second) => {
    expect(short(set([objecting(...first), objecting(...second)]))).toEqual([
      expect.stringMatching(
        /^warning \d+ rules\[1\] is never reached: "r1" stands before it and applies whenever it does$/,
      ),
    ]);
  });

  test('is reached where the first one is narrower, or is only watching, or where every rule is heard', () => {
    const narrow = [objecting('{ kind: amount, atMost: 999 USD }'), objecting('{ kind: amount, atMost: 1000 USD }')];
    const same = [objecting(transfer), objecting(transfer)];

    expect(short(set(narrow))).toEqual([]);
    expect(short(set(same).replace('stage: live', 'stage: shadow'))).toEqual([]);
    expect(short(set(same).replace('stage: live', 'stage: canary 50%'))).toEqual([
      expect.stringContaining('lets the others pass'),
    ]);
    expect(short(set(same, 'deny-overrides'))).toEqual([]);
  });

  test.each([
    ['a condition of it', ['{ kind: unsupported, what: a vote of the board }', transfer]],
    ['all of it', ['{ kind: unsupported, what: a vote of the board }']],
    ['an alternative of it', [`any: [${transfer}, { kind: unsupported, what: a vote of the board }]`]],
  ])('is always heard where nobody can judge %s', (_, when) => {
    const broader = objecting(`any: [${transfer}, { kind: unsupported, what: a vote of the board }]`);

    expect(short(set([objecting(transfer), objecting(...when)]))).toEqual([]);
    expect(short(set([broader, objecting(...when)]))).toEqual([]);
    expect(short(set([broader, objecting(transfer)]))).toEqual([expect.stringContaining('is never reached')]);
  });

  test('is found in the order of priorities, and reported where it is written', () => {
    const source = set([objecting('{ kind: always }'), objecting(transfer)])
      .replace('rules:', 'order: high-first\nrules:')
      .replace('title: Rule 1\n', 'title: Rule 1\n    priority: 9\n')
      .replace('title: Rule 2\n', 'title: Rule 2\n    priority: 1\n');

    expect(short(source)).toEqual([expect.stringMatching(/^warning 14 rules\[1\] is never reached: "r1"/)]);
    expect(short(source.replace('high-first', 'low-first'))).toEqual([]);
  });

  test('is found among ten thousand', () => {
    const rules = Array.from({ length: 10_000 }, (_, at) => objecting(`{ kind: wallet, in: [wa-${at}] }`, transfer));
    const source = set([
      ...rules,
      objecting('{ kind: wallet, in: [wa-77] }', transfer, '{ kind: memo, present: true }'),
    ]);

    expect(short(source)).toEqual([expect.stringContaining('rules[10000] is never reached: "r78"')]);
  }, 30_000);
});

describe('names that do not exist', () => {
  test('a connection is a fault, because a set that guards nothing guards nothing', () => {
    const source = change('rules:', 'connections: [treasury, tresury]\nrules:');

    expect(short(source)).toEqual([
      'fault 9 connections[1] "tresury" is not one of `connections` in the configuration',
    ]);
    expect(lintRulebook({ rulebook: rulebookOf(source), text: source, connections, groups })[0]?.remedy).toBe(
      'Did you mean "treasury"?',
    );
  });

  test('a group is a warning: the platform may have it', () => {
    const source = set([{ when: [transfer], also: ['effect: { people: [Treasury, Complaince] }'] }]);

    expect(short(source)).toEqual([
      'warning 11 rules[0].effect asks "Complaince", which is not the name of one of `groups` in the configuration',
    ]);
  });

  test('nothing is said where there is no configuration to compare with', () => {
    const source = change('rules:', 'connections: [elsewhere]\nrules:');

    expect(lintRulebook({ rulebook: rulebookOf(source), text: source, connections: null, groups: null })).toEqual([]);
  });
});

describe('what is hard to read', () => {
  test('a not inside a not', () => {
    expect(short(set([objecting(`not: { not: ${transfer} }`)]))).toEqual([
      'warning 10 rules[0].when[0].not is a `not` inside a `not`',
    ]);
    expect(short(set([objecting(`any: [{ not: { not: ${transfer} } }, ${transfer}]`)]))).toEqual([
      'warning 10 rules[0].when[0].any[0].not is a `not` inside a `not`',
    ]);
  });
});

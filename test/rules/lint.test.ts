import { describe, expect, test } from 'vitest';
import { lintRulebook, refusalsIn } from '../../src/rules/lint.ts';
import { change, rulebookOf, supplier, text, usdc } from './rulebooks.ts';

const connections = new Set(['treasury']);
const groups = new Set(['Treasury', 'Compliance']);

function short(source: string): readonly string[] {
  return lintRulebook({ rulebook: rulebookOf(source), text: source, connections, groups }).map(
    ({ severity, line, path, words }) => `${severity} ${line} ${path} ${words}`,
  );
}

/** Rules of one set, each with these conditions in its `when`, and what else it has. */
function set(rules: readonly { when: readonly string[]; also?: readonly string[] }[], match = 'first-match'): string {
  const written = rules.map(
    ({ when, also = [] }, at) => `  - id: r${at + 1}
    title: Rule ${at + 1}
    stage: live
    when:
${when.map((condition) => `      - ${condition}`).join('\n')}
${also.map((line) => `    ${line}\n`).join('')}`,
  );
  return `version: 1
match: ${match}
lists: { suppliers: ['${supplier}'] }
assets: { USDC: { network: Ethereum, reference: '${usdc}', decimals: 6 } }
rules:
${written.join('')}`;
}

const transfer = '{ kind: activity, in: [transfer] }';
const people = ['effect: people'];
/** What keeps a rule that objects out of the other findings. */
const objecting = (...when: readonly string[]) => ({ when, also: people });

describe('a rulebook that nothing is to be said against', () => {
  test('has no findings', () => {
    expect(short(text)).toEqual([]);
  });
});

describe('a rule that approves too much', () => {
  test.each([
    ['activity', / {6}- \{ kind: activity.*\n/, 'is live but has no condition on activity'],
    ['amount', / {6}- \{ kind: amount.*\n/, 'is live but has no condition on amount with atMost'],
    ['recipient', / {6}- \{ kind: recipient.*\n/, 'is live but has no condition on recipient'],
  ])('without %s is refused', (_, line, words) => {
    expect(short(change(line, ''))).toEqual([`fault 13 rules[0].when ${words}, so it would approve too much`]);
  });

  test.each([
    ['an amount that has only a lower limit', change('atMost: 1000 USD', 'atLeast: 1000 USD'), 1],
    [
      'a condition in one alternative only',
      change(
        '{ kind: recipient, in: $suppliers }',
        'any: [{ kind: recipient, in: $suppliers }, { kind: memo, present: true }]',
      ),
      1,
    ],
    [
      'the opposite of a condition',
      change('{ kind: recipient, in: $suppliers }', 'not: { kind: recipient, in: $suppliers }'),
      1,
    ],
    ['one known recipient among others', change('in: $suppliers }', 'in: $suppliers, some: true }'), 1],
    ['a canary', change('stage: live', 'stage: canary 5%', change(/ {6}- \{ kind: recipient.*\n/, '')), 1],
    [
      'only a number of payments',
      change('{ kind: amount, atMost: 1000 USD }', '{ kind: spent, window: 24h, per: wallet, count: 3 }'),
      1,
    ],
    ['a shadow', change('stage: live', 'stage: shadow', change(/ {6}- \{ kind: recipient.*\n/, '')), 0],
    [
      'advice',
      change('stage: live', 'stage: live\n    enforcement: advisory', change(/ {6}- \{ kind: recipient.*\n/, '')),
      0,
    ],
    [
      'a limit over time',
      change('{ kind: amount, atMost: 1000 USD }', '{ kind: spent, window: 24h, per: wallet, atMost: 1000 USD }'),
      0,
    ],
    [
      'a limit that must hold',
      `${change(/ {6}- \{ kind: amount.*\n/, '')}    must: [{ kind: amount, atMost: 1000 USD }]\n`,
      0,
    ],
    [
      'alternatives that all have it',
      change(
        '{ kind: recipient, in: $suppliers }',
        'any: [{ kind: recipient, in: $suppliers }, { all: [{ kind: recipient, in: $suppliers }, { kind: memo, present: true }] }]',
      ),
      0,
    ],
    ['an objection beside the allow', `${change(/ {6}- \{ kind: recipient.*\n/, '')}    effect: [allow, people]\n`, 0],
  ])('%s', (_, source, count) => {
    expect(short(source).filter((line) => line.startsWith('fault'))).toHaveLength(count);
  });

  test('is what loading refuses, and warnings are not', () => {
    const broad = change(/ {6}- \{ kind: recipient.*\n/, '');
    const never = text.replace(
      '- { kind: asset, in: [USDC] }',
      '- { kind: asset, in: [USDC] }\n      - { kind: asset, in: [ETH] }',
    );

    expect(refusalsIn({ rulebook: rulebookOf(never), text: never, connections })).toEqual([]);
    expect(refusalsIn({ rulebook: rulebookOf(broad), text: broad, connections })).toEqual([
      {
        line: 13,
        path: 'rules[0].when',
        words: 'is live but has no condition on recipient, so it would approve too much',
        remedy: 'Add e.g. `{ kind: recipient, in: $suppliers }`, or write `stage: shadow`.',
      },
    ]);
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
    expect(short(set(same).replace('stage: live', 'stage: canary 50%'))).toEqual([]);
    expect(short(set(same, 'deny-overrides'))).toEqual([]);
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

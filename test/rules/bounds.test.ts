import { describe, expect, test } from 'vitest';
import { lintRulebook, refusalsIn } from '../../src/rules/lint.ts';
import { connections, groups, objecting, people, set, short, transfer } from './linted.ts';
import { change, rulebookOf, text, usdc } from './rulebooks.ts';

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

  test('is told beforehand where it only watches, with everything that it lacks', () => {
    const shadow = change('stage: live', 'stage: shadow');
    const broad = shadow.replace(/ {6}- \{ kind: recipient.*\n/, '').replace(/ {6}- \{ kind: amount.*\n/, '');

    expect(short(shadow)).toEqual([]);
    expect(short(broad)).toEqual([
      'warning 13 rules[0].when would be refused as live or a canary, because it has no condition on amount with atMost, nor on recipient',
    ]);
    expect(refusalsIn({ rulebook: rulebookOf(broad), text: broad, connections })).toEqual([]);
    expect(short(broad.replace('stage: shadow', 'stage: shadow\n    enforcement: advisory'))).toEqual([]);
    expect(short(`${broad}    effect: people\n`)).toEqual([]);
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

const own = `{ kind: base-units, of: { network: Ethereum, reference: '${usdc}' }, atMost: '5' }`;

/** Of a live rule that says what and to whom, and how much in this way. */
function faults(limit: readonly string[]) {
  const source = set([{ when: [transfer, '{ kind: recipient, in: $suppliers }', ...limit] }]).replace(
    'assets: { ',
    `assets: { COIN: { network: Ethereum, reference: '${usdc.toLowerCase()}', decimals: 6 }, ETH: { network: Ethereum, reference: native }, `,
  );
  return lintRulebook({ rulebook: rulebookOf(source), text: source, connections, groups })
    .filter(({ severity }) => severity === 'fault')
    .map(({ words, remedy }) => ({ words, remedy }));
}

describe('a limit that is no `amount`', () => {
  test.each([
    ['base units of one asset', [own]],
    ['base units beside the one asset', ['{ kind: asset, in: [USDC] }', "{ kind: base-units, atMost: '5' }"]],
    [
      'base units beside one asset that is written twice',
      ['{ kind: asset, in: [USDC, COIN] }', "{ kind: base-units, atMost: '5' }"],
    ],
    [
      'base units in an alternative, beside the asset of all',
      ['{ kind: asset, in: [USDC] }', "any: [{ kind: base-units, atMost: '5' }, { kind: amount, atMost: 5 USD }]"],
    ],
    [
      'base units beside the asset of each alternative',
      [
        "any: [{ all: [{ kind: asset, in: [USDC] }, { kind: base-units, atMost: '5' }] }, { all: [{ kind: asset, in: [ETH] }, { kind: wei, atMost: '5' }] }]",
      ],
    ],
    ['wei of the coin of one network', ['{ kind: network, in: [Ethereum] }', "{ kind: wei, atMost: '5' }"]],
    ['wei of one coin', ['{ kind: asset, in: [ETH] }', "{ kind: wei, atMost: '5' }"]],
    ['less than an amount', ['not: { kind: amount, atLeast: 5 USD }']],
    ['less than so many wei', ['{ kind: asset, in: [ETH] }', "not: { kind: wei, atLeast: '5' }"]],
    [
      'alternatives of which one can never be judged',
      ['any: [{ kind: amount, atMost: 5 USD }, { all: [{ kind: unsupported, what: x }, { kind: always }] }]'],
    ],
  ])('counts as one: %s', (_, limit) => {
    expect(faults(limit)).toEqual([]);
  });

  test.each([
    ['base units of whatever', ["{ kind: base-units, atMost: '5' }"], 'name the one asset'],
    [
      'base units of one of two assets',
      ['{ kind: asset, in: [USDC, ETH] }', "{ kind: base-units, atMost: '5' }"],
      'name the one asset',
    ],
    [
      'base units beside an asset of another alternative',
      ["any: [{ kind: asset, in: [USDC] }, { kind: base-units, atMost: '5' }]"],
      'name the one asset',
    ],
    [
      'base units beside all assets but one',
      ['not: { kind: asset, in: [USDC] }', "{ kind: base-units, atMost: '5' }"],
      'name the one asset',
    ],
    [
      'base units of whatever is on a network',
      ['{ kind: network, in: [Ethereum] }', "{ kind: base-units, atMost: '5' }"],
      'name the one asset',
    ],
    ['wei of whatever coin', ["{ kind: wei, atMost: '5' }"], 'name the one network'],
    [
      'wei of one of two coins',
      ['{ kind: network, in: [Ethereum, Polygon] }', "{ kind: wei, atMost: '5' }"],
      'name the one network',
    ],
    ['at least so much', [own.replace('atMost', 'atLeast')], 'Add e.g.'],
    ['not at most so much', [`not: ${own}`], 'Add e.g.'],
    ['not between two amounts', ['not: { kind: amount, atLeast: 5 USD, atMost: 9 USD }'], 'Add e.g.'],
    ['not at most an amount', ['not: { kind: amount, atMost: 9 USD }'], 'Add e.g.'],
    ['the value of a call', ["{ kind: field, name: call.value, atMost: '5' }"], 'Add e.g.'],
    ['a limit in a `not` around several', [`not: { any: [${own}] }`], 'Add e.g.'],
    ['what can never be judged, and nothing else', ['any: [{ kind: unsupported, what: x }]'], 'Add e.g.'],
  ])('does not: %s', (_, limit, remedy) => {
    expect(faults(limit)).toEqual([
      {
        words: 'is live but has no condition on amount with atMost, so it would approve too much',
        remedy: expect.stringContaining(remedy),
      },
    ]);
  });
});

function canary(rule: { when: readonly string[]; also?: readonly string[] }): string {
  return set([rule]).replace('stage: live', 'stage: canary 5%');
}

describe('a canary', () => {
  const words = 'objects to 5% of approvals, and lets the others pass as if it were not there';

  test.each([
    ['asks for people', people],
    ['abstains', ['effect: { abstain: too large }']],
    ['allows and asks for people', ['effect: [allow, people]']],
    ['demands something, and allows nothing', ['effect: { notify: ops }', 'must: [{ kind: memo, present: true }]']],
  ])('that %s is a guard for a share only, and that is said', (_, also) => {
    expect(short(canary({ when: [transfer], also }))).toEqual([`warning 8 rules[0].stage ${words}`]);
  });

  test('that allows, or only tells somebody, or only advises, is what a canary is for', () => {
    const also = ['effect: { notify: ops }'];

    expect(short(change('stage: live', 'stage: canary 5%'))).toEqual([]);
    expect(short(canary({ when: [transfer], also }))).toEqual([]);
    expect(short(canary({ when: [transfer], also: [...people, 'enforcement: advisory'] }))).toEqual([]);
    expect(short(set([objecting(transfer)]).replace('stage: live', 'stage: shadow'))).toEqual([]);
  });
});

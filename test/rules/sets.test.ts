import { describe, expect, test } from 'vitest';
import { compileRulebook } from '../../src/rules/compile.ts';
import { evaluateRulebook, type RulebookAnswer } from '../../src/rules/evaluate.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { aPayout, rulebookOf, seen } from './rulebooks.ts';

/** How a rule of the tables stands: it applies or not, or nobody knows. */
const yes = '[{ kind: always }]';
const no = '[{ kind: network, in: [Bitcoin] }]';
const maybe = '[{ kind: unsupported, what: the weather }]';

type Written = { when?: string; must?: string; effect?: string; more?: string };

function document(match: string, rules: readonly Written[]): string {
  const lines = rules.map(
    ({ when = yes, must, effect = 'allow', more = '' }, at) =>
      `  - { id: r${at + 1}, title: Rule ${at + 1}, stage: live, when: ${when}, ${must === undefined ? '' : `must: ${must}, `}effect: ${effect}${more} }`,
  );
  return `version: 1\nmatch: ${match}\nrules:\n${lines.join('\n')}\n`;
}

function answer(source: string, connection = 'treasury'): RulebookAnswer {
  return evaluateRulebook(compileRulebook(rulebookOf(source)), factsOf(seen(aPayout(), { connection })));
}

/** `allow r1`, or why it abstains. */
function short(source: string): string {
  const found = answer(source);
  return found.kind === 'allow' ? `allow ${found.rule}` : found.because;
}

describe('first match', () => {
  test.each<[string, Written[], string]>([
    ['the first that applies allows', [{}, { effect: 'abstain' }], 'allow r1'],
    ['the first that applies objects', [{ effect: 'abstain' }, {}], 'objection'],
    ['one that asks people objects', [{ effect: '{ people: [Treasury] }' }, {}], 'objection'],
    ['one that does not apply is passed by', [{ when: no, effect: 'abstain' }, {}], 'allow r2'],
    ['an allowing one that may apply changes nothing where the next allows', [{ when: maybe }, {}], 'allow r2'],
    ['an objecting one that may apply leaves it open', [{ when: maybe, effect: 'abstain' }, {}], 'unknown'],
    [
      'an allowing one that may apply leaves it open where the next objects',
      [{ when: maybe }, { effect: 'abstain' }],
      'unknown',
    ],
    [
      'two objecting ones object, whichever applies',
      [{ when: maybe, effect: 'abstain' }, { effect: 'abstain' }],
      'objection',
    ],
    ['one that may apply and nothing after it', [{ when: maybe }], 'unknown'],
    ['nothing applies', [{ when: no }], 'nothing'],
    ['what must hold does not', [{ must: no }, {}], 'objection'],
    ['what must hold is unknown', [{ must: maybe }, {}], 'unknown'],
    [
      'one that only tells somebody decides nothing, and ends the search',
      [{ effect: '{ notify: ops }' }, {}],
      'nothing',
    ],
    ['an advisory one is passed by', [{ effect: 'abstain', more: ', enforcement: advisory' }, {}], 'allow r2'],
    ['a log-only one is passed by', [{ effect: 'abstain', more: ', enforcement: log-only' }, {}], 'allow r2'],
  ])('%s', (_, rules, expected) => {
    expect(short(document('first-match', rules))).toBe(expected);
  });

  test('asks by priority where the document says so, the lowest or the highest first', () => {
    const rules = [{ more: ', priority: 2' }, { effect: 'abstain', more: ', priority: 1' }];
    const source = document('first-match', rules);

    expect(short(source.replace('rules:', 'order: low-first\nrules:'))).toBe('objection');
    expect(short(source.replace('rules:', 'order: high-first\nrules:'))).toBe('allow r1');
    expect(short(source)).toBe('allow r1');
  });
});

describe.each(['deny-overrides', 'all-must-pass', 'all-trigger'])('every rule is heard (%s)', (match) => {
  test.each<[string, Written[], string]>([
    ['one allows', [{}], 'allow r1'],
    ['an objection wins over an allow before it', [{}, { effect: 'abstain' }], 'objection'],
    ['what must hold does not, in one of several', [{}, { must: no }], 'objection'],
    ['what must hold is unknown, in one of several', [{}, { must: maybe }], 'unknown'],
    ['an objection that may apply', [{}, { when: maybe, effect: 'abstain' }], 'unknown'],
    ['a limit that may apply and holds', [{}, { when: maybe, must: yes }], 'allow r1'],
    ['a limit that may apply and does not hold', [{}, { when: maybe, must: no }], 'unknown'],
    ['only one that may apply', [{ when: maybe }], 'unknown'],
    ['nothing applies', [{ when: no }], 'nothing'],
    ['people are asked', [{}, { effect: '{ people: [Treasury] }' }], 'objection'],
  ])('%s', (_, rules, expected) => {
    expect(short(document(match, rules))).toBe(expected);
  });
});

describe('any passes', () => {
  test.each<[string, Written[], string]>([
    ['one limit holds, another does not', [{ must: no }, { must: yes }], 'allow r2'],
    ['no limit holds', [{ must: no }, { must: no }], 'objection'],
    ['an explicit objection still wins', [{ must: yes }, { effect: 'abstain' }], 'objection'],
    ['one limit holds, another is unknown', [{ must: maybe }, {}], 'allow r2'],
    ['one limit fails, another is unknown', [{ must: maybe }, { must: no }], 'unknown'],
  ])('%s', (_, rules, expected) => {
    expect(short(document('any-passes', rules))).toBe(expected);
  });
});

describe('alternatives and exceptions within a rule', () => {
  test.each<[string, string]>([
    [`[{ any: ${yes.replace(']', `, ${no.slice(1)}`)} }]`, 'allow r1'],
    [`[{ any: [{ all: ${no} }, { all: ${maybe} }] }]`, 'unknown'],
    [`[{ not: ${no.slice(1, -1)} }]`, 'allow r1'],
    [`[{ not: ${yes.slice(1, -1)} }]`, 'nothing'],
    [`[{ not: ${maybe.slice(1, -1)} }]`, 'unknown'],
    [`[{ all: [{ kind: always }, { kind: always }] }]`, 'allow r1'],
  ])('%s', (when, expected) => {
    expect(short(document('first-match', [{ when }]))).toBe(expected);
  });
});

describe('several sets', () => {
  const set = (name: string, effect: string, more = '') =>
    `  - name: ${name}\n    match: first-match\n${more}    rules: [{ id: ${name}-1, title: ${name}, stage: live, when: ${yes}, effect: ${effect} }]\n`;

  test('one allows and no other objects', () => {
    expect(short(`version: 1\nsets:\n${set('a', 'allow')}${set('b', 'allow')}`)).toBe('allow a-1');
  });

  test('an objection in any of them wins', () => {
    expect(short(`version: 1\nsets:\n${set('a', 'allow')}${set('b', 'abstain')}`)).toBe('objection');
  });

  test('a set that is about another connection is not heard', () => {
    const other = set('b', 'abstain', '    connections: [payroll]\n');

    expect(short(`version: 1\nsets:\n${set('a', 'allow')}${other}`)).toBe('allow a-1');
    expect(answer(`version: 1\nsets:\n${set('a', 'allow')}${other}`, 'payroll').kind).toBe('abstain');
  });

  test('a set in which nothing applies keeps the others from approving, unless it passes on', () => {
    const silent = (otherwise: string) => set('b', 'allow', otherwise).replace(yes, no);

    expect(short(`version: 1\nsets:\n${set('a', 'allow')}${silent('')}`)).toBe('nothing');
    expect(short(`version: 1\nsets:\n${set('a', 'allow')}${silent('    otherwise: pass-on\n')}`)).toBe('allow a-1');
  });

  test('names the groups that are asked for and whom to tell', () => {
    const source = document('all-trigger', [
      { effect: '[{ people: [Treasury, Risk], quorum: 2 }, { notify: ops }]' },
      { effect: '{ people: [Risk] }' },
    ]);

    expect(answer(source)).toEqual({
      kind: 'abstain',
      because: 'objection',
      rules: ['r1', 'r2'],
      groups: ['Treasury', 'Risk'],
      notify: ['ops'],
    });
  });
});

describe('stages', () => {
  const canary = (percent: number) => document('first-match', [{}]).replace('stage: live', `stage: canary ${percent}%`);

  test('a canary counts for its share of approvals, always the same ones, and more of them as it grows', () => {
    const allowed = (percent: number) => {
      const compiled = compileRulebook(rulebookOf(canary(percent)));
      return Array.from({ length: 2000 }, (_, at) => `ap-${at}`).filter(
        (id) => evaluateRulebook(compiled, factsOf(seen(aPayout({}, { id })))).kind === 'allow',
      );
    };
    const [ten, thirty] = [allowed(10), allowed(30)];

    expect(ten.length).toBeGreaterThan(140);
    expect(ten.length).toBeLessThan(260);
    expect(thirty.length).toBeGreaterThan(500);
    expect(ten.every((id) => thirty.includes(id))).toBe(true);
    expect(allowed(10)).toEqual(ten);
  });

  test('a rule that fell back acts as shadow', () => {
    const compiled = compileRulebook(rulebookOf(document('first-match', [{}])));

    expect(evaluateRulebook(compiled, factsOf(seen(aPayout(), { demoted: ['r1'] })))).toMatchObject({
      because: 'nothing',
    });
  });
});

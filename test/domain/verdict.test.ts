import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding, Outcome } from '../../src/domain/finding.ts';
import { stopsIn, worstFirst } from '../../src/domain/finding.ts';
import { reachVerdict, rulebookCheck } from '../../src/domain/verdict.ts';
import { aFinding } from '../builders.ts';

const outcomes: readonly Outcome[] = ['pass', 'flag', 'stop', 'unavailable'];
const checks = ['a', 'b', 'c', 'd'];

function findingsOf(given: readonly (readonly [string, Outcome])[]): readonly Finding[] {
  return given.map(([check, outcome]) => aFinding({ check, title: check, outcome, words: `${check} is ${outcome}` }));
}

/** Every vector of outcomes of this length. */
function vectors(length: number): readonly (readonly Outcome[])[] {
  if (length === 0) return [[]];
  return vectors(length - 1).flatMap((rest) => outcomes.map((outcome) => [...rest, outcome]));
}

describe('every vector of outcomes', () => {
  test.each([0, 1, 2, 3, 4])(
    'over %i checks and the rulebook: approve only when all pass, otherwise abstain, never anything else',
    (count) => {
      const required = checks.slice(0, count);
      for (const vector of vectors(count + 1)) {
        for (const rule of ['routine', null]) {
          const findings = findingsOf(
            [...required, rulebookCheck].map((check, index) => [check, vector[index] ?? 'stop']),
          );

          const verdict = reachVerdict({ findings, required, rule });

          const allPass = vector.every((outcome) => outcome === 'pass') && rule !== null;
          expect(verdict.kind).toBe(allPass ? 'approve' : 'abstain');
          expect(verdict.reasons.length).toBeGreaterThan(0);
        }
      }
    },
  );
});

describe('abstains', () => {
  const passing = findingsOf([
    [rulebookCheck, 'pass'],
    ['a', 'pass'],
    ['b', 'pass'],
  ]);
  const required = ['a', 'b'];

  test.each<readonly [string, readonly Finding[], readonly string[], string | null]>([
    ['without any finding', [], required, 'r'],
    ['without any finding and any required check', [], [], 'r'],
    ['when a required check is missing', passing.slice(0, 2), required, 'r'],
    ['when the rulebook is missing', passing.slice(1), required, 'r'],
    ['when a check answered twice', [...passing, ...findingsOf([['a', 'pass']])], required, 'r'],
    ['when a check passed and also flagged', [...passing, ...findingsOf([['a', 'flag']])], required, 'r'],
    ['when the rulebook answered twice', [...passing, ...findingsOf([[rulebookCheck, 'pass']])], required, 'r'],
    ['when a check that is not required flags', [...passing, ...findingsOf([['x', 'flag']])], required, 'r'],
    [
      'when a check that is not required is unavailable',
      [...passing, ...findingsOf([['x', 'unavailable']])],
      required,
      'r',
    ],
    ['when no rule is named', passing, required, null],
  ])('%s', (_, findings, wanted, rule) => {
    expect(reachVerdict({ findings, required: wanted, rule }).kind).toBe('abstain');
  });

  test('and says why, each reason once', () => {
    const verdict = reachVerdict({
      findings: findingsOf([
        [rulebookCheck, 'flag'],
        ['a', 'unavailable'],
      ]),
      required,
      rule: null,
    });

    expect(verdict).toEqual({
      kind: 'abstain',
      reasons: [
        'the check "b" gave 0 findings instead of one',
        'rulebook: rulebook is flag',
        'a: a is unavailable',
        'no rule of the rulebook allows it',
      ],
    });
  });
});

describe('approves', () => {
  test('with the rule and the words of every check', () => {
    const findings = findingsOf([
      [rulebookCheck, 'pass'],
      ['a', 'pass'],
    ]);

    expect(reachVerdict({ findings, required: ['a'], rule: 'routine' })).toEqual({
      kind: 'approve',
      rule: 'routine',
      reasons: ['rulebook is pass', 'a is pass'],
    });
  });
});

describe('any findings at all', () => {
  const finding = fc.record({
    check: fc.constantFrom(...checks, rulebookCheck, 'x'),
    outcome: fc.constantFrom(...outcomes),
  });

  test('adding one that does not pass never approves', () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 7 }), fc.constantFrom(...outcomes.slice(1)), (given, worse) => {
        const findings = findingsOf([...given.map(({ check, outcome }) => [check, outcome] as const), ['x', worse]]);

        expect(reachVerdict({ findings, required: checks, rule: 'r' }).kind).toBe('abstain');
      }),
    );
  });
});

describe('findings for people', () => {
  test('stand worst first', () => {
    const findings = findingsOf([
      ['a', 'pass'],
      ['b', 'unavailable'],
      ['c', 'stop'],
      ['d', 'flag'],
    ]);

    expect(worstFirst(findings).map(({ outcome }) => outcome)).toEqual(['stop', 'flag', 'unavailable', 'pass']);
    expect(stopsIn(findings).map(({ check }) => check)).toEqual(['c']);
  });
});

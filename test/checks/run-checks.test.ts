import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Check, CheckInput } from '../../src/checks/check.ts';
import { checks } from '../../src/checks/index.ts';
import { checkDeadlineMs, runChecks } from '../../src/checks/run-checks.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { reachVerdict } from '../../src/domain/verdict.ts';
import { aFinding, noon } from '../builders.ts';
import { inputOf } from './find.ts';

const input: CheckInput = inputOf();

function passing(name: string): Check {
  return { name, title: name, needs: {}, run: () => aFinding({ check: name, title: name, dataAt: null }) };
}

/** A check that answers something that its type forbids, as a faulty one would at run time. */
function answering(name: string, answer: () => unknown): Check {
  return Object.assign(passing(name), { run: answer });
}

const broken: readonly (readonly [string, () => unknown])[] = [
  [
    'throws',
    () => {
      throw new Error('boom');
    },
  ],
  ['throws something that is no error', () => AbortSignal.abort('boom').throwIfAborted()],
  ['rejects', async () => Promise.reject(new Error('boom'))],
  ['hangs', () => new Promise(() => undefined)],
  ['answers NaN', () => Number.NaN],
  ['answers null', () => null],
  ['answers nothing', () => undefined],
  ['answers true', () => true],
  ['answers "pass"', () => 'pass'],
  ['answers { pass: true }', () => ({ pass: true })],
  ['answers half a finding', () => ({ check: 'x', outcome: 'pass' })],
  ['answers an unknown outcome', () => ({ ...aFinding({ check: 'x' }), outcome: 'approve' })],
  ['answers without words', () => aFinding({ check: 'x', words: '' })],
  ['answers a NaN date', () => aFinding({ check: 'x', dataAt: Number.NaN })],
  ['answers a date of the future', () => aFinding({ check: 'x', dataAt: noon + 86_400_000 })],
  ['answers evidence that is no text', () => ({ ...aFinding({ check: 'x' }), evidence: { count: 3 } })],
  ['answers with more than a finding', () => ({ ...aFinding({ check: 'x' }), also: 'this' })],
  ['answers in the name of another check', () => aFinding({ check: 'a' })],
  ['answers a list', () => [aFinding({ check: 'x' })]],
];

describe('a check that fails', () => {
  test.each(broken)('%s: unavailable, and every other check still answers', async (_, answer) => {
    const findings = await runChecks([passing('a'), answering('x', answer), passing('b')], input, 30);

    expect(findings.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['a', 'pass'],
      ['x', 'unavailable'],
      ['b', 'pass'],
    ]);
    expect(findings[1]?.words).toMatch(/^the check /);
  });

  test('any number of them, failing in any way, never lets automation approve', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.nat(broken.length - 1)), { minLength: 1, maxLength: 6 }),
        async (failures) => {
          const all = failures.map((failure, index) => {
            const name = `check-${index}`;
            const [, answer] = failure === null ? [] : (broken[failure] ?? []);
            return answer === undefined ? passing(name) : answering(name, answer);
          });

          const findings = [...(await runChecks(all, input, 5)), aFinding({ check: 'rulebook' })];
          const verdict = reachVerdict({ findings, required: all.map(({ name }) => name), rule: 'r' });

          expect(verdict.kind).toBe(failures.every((failure) => failure === null) ? 'approve' : 'abstain');
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('all checks', () => {
  test('answer in the order of the registry, whichever is ready first', async () => {
    let answerSlowly: ((finding: Finding) => void) | undefined;
    const slowAnswer = new Promise<Finding>((resolve) => {
      answerSlowly = resolve;
    });
    const slow: Check = { name: 'slow', title: 'slow', needs: {}, run: () => slowAnswer };
    const quick: Check = {
      name: 'quick',
      title: 'quick',
      needs: {},
      run: () => {
        answerSlowly?.(aFinding({ check: 'slow', title: 'slow' }));
        return aFinding({ check: 'quick', title: 'quick' });
      },
    };

    const findings = await runChecks([slow, quick], input);

    expect(findings.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['slow', 'pass'],
      ['quick', 'pass'],
    ]);
  });

  test('run even when one of them stops', async () => {
    const ran: string[] = [];
    const watched = ['a', 'b', 'c'].map((name): Check => ({
      ...passing(name),
      run: () => {
        ran.push(name);
        return aFinding({ check: name, outcome: name === 'a' ? 'stop' : 'pass', dataAt: null });
      },
    }));

    await runChecks(watched, input);

    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('give one finding each for a plain transfer, and approve it together with the rulebook', async () => {
    const findings = await runChecks(checks, input);
    const required = checks.map(({ name }) => name);

    const verdict = reachVerdict({ findings: [...findings, aFinding({ check: 'rulebook' })], required, rule: 'r' });

    expect(findings.map(({ check }) => check)).toEqual(required);
    expect(verdict).toMatchObject({ kind: 'approve', rule: 'r' });
  });

  test('have the deadline that they ask for', async () => {
    const hanging: Check = { ...passing('slow'), deadlineMs: 10, run: () => new Promise(() => undefined) };

    const [finding] = await runChecks([hanging], input);

    expect(finding).toMatchObject({
      outcome: 'unavailable',
      words: 'the check did not answer within 0.01 seconds',
    });
  });

  test('have five seconds each', () => {
    expect(checkDeadlineMs).toBe(5000);
  });

  test('say the same twice', async () => {
    expect(await runChecks(checks, input)).toEqual(await runChecks(checks, input));
  });
});

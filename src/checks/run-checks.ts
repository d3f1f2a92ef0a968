// Runs every check, each under its own deadline. Whatever goes wrong becomes a finding that abstains.
import { z } from 'zod';
import type { Finding } from '../domain/finding.ts';
import type { Check, CheckInput } from './check.ts';

export const checkDeadlineMs = 5000;

/** Strict, so that a check that returns something else than a finding has not passed. */
const findingShape = z.strictObject({
  check: z.string(),
  title: z.string(),
  outcome: z.enum(['pass', 'flag', 'stop', 'unavailable']),
  words: z.string().min(1),
  evidence: z.record(z.string(), z.string()),
  dataAt: z.int().nullable(),
});

/**
 * One finding per check, in the order of the checks, whichever of them throws, hangs or talks nonsense: none of them
 * keeps another from running. Never rejects.
 */
export async function runChecks(
  checks: readonly Check[],
  input: CheckInput,
  deadlineMs: number = checkDeadlineMs,
): Promise<readonly Finding[]> {
  return Promise.all(checks.map((check) => runOne(check, input, check.deadlineMs ?? deadlineMs)));
}

async function runOne(check: Check, input: CheckInput, deadlineMs: number): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), deadlineMs);
  });
  try {
    // An async function around it, so that a check that throws at once is caught like one that rejects.
    const found: unknown = await Promise.race([(async () => check.run(input))(), late]);
    if (found === 'late') return unavailable(check, `did not answer within ${deadlineMs / 1000} seconds`);
    const reading = findingShape.safeParse(found);
    if (!reading.success) return unavailable(check, 'gave an answer that is no finding');
    if (reading.data.check !== check.name) return unavailable(check, 'answered in the name of another check');
    if (reading.data.dataAt !== null && reading.data.dataAt > input.now + maxClockSkewMs) {
      return unavailable(check, 'rests on data from the future');
    }
    return reading.data;
  } catch (error) {
    return unavailable(
      check,
      `failed: ${error instanceof Error ? error.message : 'it threw something that is no error'}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Data may be this much ahead of our clock. */
const maxClockSkewMs = 5 * 60 * 1000;

function unavailable(check: Check, words: string): Finding {
  return {
    check: check.name,
    title: check.title,
    outcome: 'unavailable',
    words: `the check ${words}`,
    evidence: {},
    dataAt: null,
  };
}

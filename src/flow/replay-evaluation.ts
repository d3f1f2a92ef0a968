// An old evaluation asked again: the same text, the same facts, and whether the same answer comes, byte for byte.
import type { Context } from '../context.ts';
import { evaluationsOf, type Evaluation } from '../db/evaluations.ts';
import { rulebookText } from '../db/rulebooks.ts';
import { rulebookFinding, type RulebookFinding } from '../rules/finding.ts';
import { parseRulebook } from '../rules/parse.ts';

export type Replay =
  | {
      readonly kind: 'replayed';
      readonly evaluation: Evaluation;
      readonly now: RulebookFinding;
      /** Null when the bytes are the same. */
      readonly difference: Difference | null;
    }
  | { readonly kind: 'not-replayable'; readonly evaluation: Evaluation | null; readonly why: string };

/** Where the two answers part: a path into the answer, and what stands there. */
export type Difference = { readonly path: string; readonly stored: string; readonly fresh: string };

export type ReplayInput = {
  readonly approvalId: string;
  /** Null: the newest. */
  readonly evaluationId: string | null;
};

export async function replayEvaluation(ctx: Pick<Context, 'db'>, input: ReplayInput): Promise<Replay> {
  const evaluations = await evaluationsOf(ctx.db, input.approvalId);
  const evaluation =
    input.evaluationId === null ? evaluations[0] : evaluations.find(({ id }) => id === input.evaluationId);
  if (evaluation === undefined) return lost(null, 'there is no such evaluation of this approval');
  const { rulebookHash, observation, rulebookAnswer } = evaluation;
  if (rulebookHash === null) return lost(evaluation, 'no rulebook was in force then');
  if (observation === null || rulebookAnswer === null) return lost(evaluation, 'the rulebook gave no answer then');
  const text = await rulebookText(ctx.db, rulebookHash);
  if (text === null) return lost(evaluation, `no rulebook with the hash ${rulebookHash} is stored any more`);
  const reading = parseRulebook(text);
  if (reading.kind === 'faults') return lost(evaluation, 'this version cannot read that rulebook any more');
  if (reading.rulebook.hash !== rulebookHash) return lost(evaluation, 'the stored text is not what was in force then');
  const now = rulebookFinding(reading.rulebook, observation);
  return { kind: 'replayed', evaluation, now, difference: differenceOf(rulebookAnswer, now.answer ?? '') };
}

function lost(evaluation: Evaluation | null, why: string): Replay {
  return { kind: 'not-replayable', evaluation, why };
}

/** Both are canonical JSON: bytes that differ stand at a path that can be named. */
export function differenceOf(stored: string, fresh: string): Difference | null {
  if (stored === fresh) return null;
  const [before, after] = [parsed(stored), parsed(fresh)];
  return (
    firstDifference(before, after, '') ?? {
      path: '',
      stored: stored.slice(0, shownLength),
      fresh: fresh.slice(0, shownLength),
    }
  );
}

const shownLength = 200;

function firstDifference(stored: unknown, fresh: unknown, path: string): Difference | null {
  const [before, after] = [partsOf(stored), partsOf(fresh)];
  if (before === null || after === null || Array.isArray(stored) !== Array.isArray(fresh)) {
    const [left, right] = [textOf(stored), textOf(fresh)];
    return left === right ? null : { path, stored: left.slice(0, shownLength), fresh: right.slice(0, shownLength) };
  }
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const step = Array.isArray(stored) ? `[${key}]` : path === '' ? key : `.${key}`;
    const found = firstDifference(before.get(key), after.get(key), `${path}${step}`);
    if (found !== null) return found;
  }
  return null;
}

function partsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}

function textOf(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // What is stored may have been tampered with: then it is text, and as such it differs.
    return text;
  }
}

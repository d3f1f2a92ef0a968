// An old evaluation asked again: whether it is stored as the audit log says, and whether the same answer comes.
import type { Context } from '../context.ts';
import { verifyAudit } from '../db/audit-log.ts';
import { bindingOf, recordedOf, type Binding } from '../db/bound-evaluations.ts';
import type { Db } from '../db/connect.ts';
import { evaluationsOf, type Evaluation } from '../db/evaluations.ts';
import { rulebookText } from '../db/rulebooks.ts';
import { rulebookFinding, type RulebookFinding } from '../rules/finding.ts';
import { parseRulebook } from '../rules/parse.ts';

export type Replay =
  | {
      readonly kind: 'replayed';
      readonly evaluation: Evaluation;
      readonly binding: ReplayBinding;
      readonly now: RulebookFinding;
      /** Null when the bytes are the same. */
      readonly difference: Difference | null;
    }
  | {
      readonly kind: 'not-replayable';
      readonly evaluation: Evaluation | null;
      /** Null where there is no evaluation. */
      readonly binding: ReplayBinding | null;
      readonly why: string;
    };

/** A log that is not intact vouches for nothing. */
export type ReplayBinding = Binding | { readonly kind: 'log-broken'; readonly words: string };

/** Where the two answers part: a path into the answer, and what stands there. */
export type Difference = { readonly path: string; readonly stored: string; readonly fresh: string };

export type ReplayInput = {
  readonly approvalId: string;
  /** Null: the newest. */
  readonly evaluationId: string | null;
};

/** Walks the whole audit log first, which takes its time. `onProgress` gets the number of rows checked so far. */
export async function replayEvaluation(
  ctx: Pick<Context, 'db' | 'auditKey'>,
  input: ReplayInput,
  onProgress?: (rows: number) => void,
): Promise<Replay> {
  // One snapshot: what is compared is what was verified.
  return ctx.db.transaction(
    async (tx) => {
      const audit = await verifyAudit(tx, ctx.auditKey, onProgress);
      const found = await find(tx, input);
      if (found.evaluation === null) return { ...found, kind: 'not-replayable', binding: null };
      const { evaluation } = found;
      const binding: ReplayBinding =
        audit.kind === 'broken' ? { kind: 'log-broken', words: audit.words } : found.binding;
      return { ...(await ask(tx, evaluation)), evaluation, binding };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}

type Found =
  | { readonly evaluation: Evaluation; readonly binding: Binding }
  | { readonly evaluation: null; readonly why: string };

/** The newest is the one that the audit log names last: what is stored may have been taken away or slipped in. */
async function find(db: Db, { approvalId, evaluationId }: ReplayInput): Promise<Found> {
  const stored = await evaluationsOf(db, approvalId);
  const recorded = await recordedOf(db, approvalId);
  const [newest] = stored;
  const isSlippedIn = newest !== undefined && !recorded.some((entry) => entry.evaluationId === newest.id);
  const id = evaluationId ?? (isSlippedIn ? newest.id : recorded.at(-1)?.evaluationId);
  const row = recorded.find((entry) => entry.evaluationId === id) ?? null;
  const evaluation = stored.find((entry) => entry.id === id);
  if (evaluation !== undefined) return { evaluation, binding: bindingOf(row, approvalId, evaluation) };
  const why =
    row === null
      ? 'there is no such evaluation of this approval'
      : `row ${row.seq} of the audit log speaks of the evaluation ${row.evaluationId}, which is not stored any more`;
  return { evaluation: null, why };
}

type Asked =
  | Pick<Extract<Replay, { kind: 'replayed' }>, 'kind' | 'now' | 'difference'>
  | Pick<Extract<Replay, { kind: 'not-replayable' }>, 'kind' | 'why'>;

async function ask(db: Db, { rulebookHash, observation, rulebookAnswer }: Evaluation): Promise<Asked> {
  if (rulebookHash === null) return lost('no rulebook was in force then');
  if (observation === null || rulebookAnswer === null) return lost('the rulebook gave no answer then');
  const text = await rulebookText(db, rulebookHash);
  if (text === null) return lost(`no rulebook with the hash ${rulebookHash} is stored any more`);
  const reading = parseRulebook(text);
  if (reading.kind === 'faults') return lost('this version cannot read that rulebook any more');
  if (reading.rulebook.hash !== rulebookHash) return lost('the stored text is not what was in force then');
  const now = rulebookFinding(reading.rulebook, observation);
  return { kind: 'replayed', now, difference: differenceOf(rulebookAnswer, now.answer ?? '') };
}

function lost(why: string): Asked {
  return { kind: 'not-replayable', why };
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

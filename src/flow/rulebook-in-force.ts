// Which rulebook counts at this moment: the newest row, where the configuration says that there may be one at all.
import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import type { Db } from '../db/connect.ts';
import { lastApplied, newestRulebook, readRulebook, type NewestRulebook } from '../db/rulebooks.ts';
import type { Observation, Rulebook } from '../domain/rulebook.ts';
import { rulebookCheck } from '../domain/verdict.ts';
import { demotedWith } from '../rules/compare.ts';
import { rulebookFinding, type RulebookFinding } from '../rules/finding.ts';
import { parseRulebook } from '../rules/parse.ts';

export type RulebookInForce =
  | { readonly kind: 'none'; readonly why: string }
  /** One should be in force, and can't be read: nothing is automatic until somebody looks. */
  | { readonly kind: 'unavailable'; readonly why: string }
  | {
      readonly kind: 'in-force';
      /** Its row. */
      readonly id: number;
      readonly hash: string;
      readonly rulebook: Rulebook;
      /** Rules that act as shadow: those that fell back, and those that could approve more without them. */
      readonly demoted: readonly string[];
    };

type Parsed = Pick<NewestRulebook, 'id' | 'hash' | 'highestId'> & { readonly rulebook: Rulebook };

/** What this process parsed last: a row never changes, so that only another one, or one that is gone, makes it look. */
const parsed = new WeakMap<Config, Parsed>();

/** Read at every evaluation; also in the caller's transaction, where it then belongs to what the caller sees. */
export async function rulebookInForce(ctx: Pick<Context, 'config' | 'log'>, db: Db): Promise<RulebookInForce> {
  if (ctx.config.rulebook === null) return { kind: 'none', why: 'the configuration names no rulebook' };
  try {
    return await read(ctx.config, db);
  } catch (error) {
    ctx.log.error({ err: error }, 'rulebook not read');
    return unavailable('the rulebook in force could not be read');
  }
}

/** What the rulebook in force says. Where there is none, people decide. */
export function askRulebook(inForce: RulebookInForce, observation: Observation): RulebookFinding {
  if (inForce.kind === 'none') return rulebookFinding(null, observation);
  if (inForce.kind === 'unavailable') {
    const { why: words } = inForce;
    const finding = { check: rulebookCheck, title: 'Rulebook', words, evidence: {}, dataAt: null } as const;
    return { finding: { ...finding, outcome: 'unavailable' }, rule: null, answer: null, wouldAllow: [] };
  }
  const answer = rulebookFinding(inForce.rulebook, observation);
  const evidence = { ...answer.finding.evidence, version: `#${inForce.id}` };
  return { ...answer, finding: { ...answer.finding, evidence } };
}

/** Does the same rulebook count as before, with the same rules in shadow? */
export function isSameRulebook(a: RulebookInForce, b: RulebookInForce): boolean {
  if (a.kind !== 'in-force' || b.kind !== 'in-force') return a.kind === b.kind;
  return a.id === b.id && a.hash === b.hash && a.demoted.join('\n') === b.demoted.join('\n');
}

async function read(config: Config, db: Db): Promise<RulebookInForce> {
  const newest = await newestRulebook(db);
  if (newest === null) return { kind: 'none', why: 'no rulebook was applied' };
  const known = parsed.get(config);
  if (known !== undefined && isSameRow(known, newest)) return withFallen(known, newest);
  const row = await readRulebook(db, newest.id);
  if (row === null) return unavailable(`rulebook #${newest.id} is gone`);
  const hash = createHash('sha256').update(row.text).digest('hex');
  if (hash !== row.hash) return unavailable(`the text of rulebook #${row.id} is not what was applied`);
  const applied = await lastApplied(db);
  if (applied?.id !== row.id || applied.hash !== row.hash) {
    // Another one was applied since the first look.
    if ((await newestRulebook(db))?.id !== row.id) return read(config, db);
    // Slipped in past the audit log, or the one before a deleted row, which must not come back by itself.
    return unavailable(`rulebook #${row.id} is not the one that the audit log says was applied last`);
  }
  const reading = parseRulebook(row.text);
  if (reading.kind === 'faults') {
    const [first] = reading.faults;
    const words = first === undefined ? '' : `: ${first.path} ${first.words}`;
    return unavailable(`rulebook #${row.id} cannot be read by this version${words}`);
  }
  const found = { id: row.id, hash: row.hash, highestId: newest.highestId, rulebook: reading.rulebook };
  parsed.set(config, found);
  return withFallen(found, newest);
}

function isSameRow(known: Parsed, newest: NewestRulebook): boolean {
  return known.id === newest.id && known.hash === newest.hash && known.highestId === newest.highestId;
}

type Closure = { readonly fallen: string; readonly demoted: readonly string[] };

/** What falling back takes along is worked out once: it compares whole rulebooks. */
const closures = new WeakMap<Rulebook, Closure>();

function withFallen(found: Parsed, newest: NewestRulebook): RulebookInForce {
  const fallen = newest.demoted.join('\n');
  const { id, hash, rulebook } = found;
  if (fallen === '') return { kind: 'in-force', id, hash, rulebook, demoted: [] };
  const known = closures.get(rulebook);
  if (known?.fallen === fallen) return { kind: 'in-force', id, hash, rulebook, demoted: known.demoted };
  const demoted = demotedWith(rulebook, newest.demoted);
  closures.set(rulebook, { fallen, demoted });
  return { kind: 'in-force', id, hash, rulebook, demoted };
}

function unavailable(why: string): RulebookInForce {
  return { kind: 'unavailable', why };
}

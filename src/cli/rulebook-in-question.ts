// Which rulebook a simulation asks when no draft is given: the one in force, with its assets and what fell back.
import type { Context } from '../context.ts';
import { rulebookText } from '../db/rulebooks.ts';
import { rulebookInForce } from '../flow/rulebook-in-force.ts';
import { assetsIn, type NamedRulebook } from './read-rulebook.ts';

/** Null when none is in force: then nothing is automatic. Throws when one should be, and can't be read. */
export async function rulebookInQuestion(ctx: Pick<Context, 'config' | 'db' | 'log'>): Promise<NamedRulebook | null> {
  const found = await rulebookInForce(ctx, ctx.db);
  if (found.kind === 'none') return null;
  if (found.kind === 'unavailable') throw new Error(`failed to read the rulebook in force: ${found.why}`);
  const text = await rulebookText(ctx.db, found.hash);
  const { rulebook, demoted, id } = found;
  return { rulebook, demoted, name: `rulebook #${id}, in force`, assets: assetsIn(text ?? '') };
}

// What `doctor` and `status` see of the rulebook in force.
import type { Config } from '../config.ts';
import type { Db } from '../db/connect.ts';
import { demotionsOf, readRulebook, wasEverApplied, type Demotion } from '../db/rulebooks.ts';
import type { EpochMs } from '../domain/amount.ts';
import { rulebookInForce, type RulebookInForce } from '../flow/rulebook-in-force.ts';
import { createLogger } from '../log.ts';

export type RulebookLook = {
  readonly inForce: RulebookInForce;
  readonly appliedBy: string | null;
  readonly appliedAt: EpochMs | null;
  readonly fallen: readonly Demotion[];
  /** False: the configuration names a file that was never put in force. */
  readonly fileWasApplied: boolean;
};

export async function lookAtRulebook(config: Config, db: Db): Promise<RulebookLook> {
  const inForce = await rulebookInForce({ config, log: createLogger('silent') }, db);
  const row = inForce.kind === 'in-force' ? await readRulebook(db, inForce.id) : null;
  return {
    inForce,
    appliedBy: row?.appliedBy ?? null,
    appliedAt: row?.appliedAt ?? null,
    fallen: row === null ? [] : await demotionsOf(db, row.id),
    fileWasApplied: config.rulebook === null || (await wasEverApplied(db, config.rulebook.hash)),
  };
}

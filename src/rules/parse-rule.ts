// One rule as it is written: what it is called, when it applies, what must hold then, and what it does.
import { z } from 'zod';
import { enforcements, type Effect, type Rule, type RuleStage } from '../domain/rulebook.ts';
import { closedObject, faultsIn, refuse, type Place } from './document.ts';
import { readTrees, type Reading } from './parse-condition.ts';
import { recordOf } from './unknown.ts';

const printable = (most: number) =>
  z
    .string()
    .regex(
      new RegExp(`^[^\\p{C}\\s](?:[^\\p{C}]{0,${most - 2}}[^\\p{C}\\s])?$`, 'u'),
      `must be 1 to ${most} printable characters`,
    );

const stageForms =
  'Write `stage: shadow` to watch it, `stage: canary 10%` for a share, `stage: live` to let it approve.';

const stage = z.string().transform((text, ctx): RuleStage => {
  if (text === 'live' || text === 'shadow') return { kind: text };
  const [, percent] = /^canary ([1-9][0-9]?)%$/.exec(text) ?? [];
  if (percent !== undefined) return { kind: 'canary', percent: Number(percent) };
  refuse(ctx, text, 'must be one of: live, shadow, canary 1% to canary 99%', stageForms);
  return z.NEVER;
});

const effectForms =
  'Write `effect: allow`, `effect: abstain`, `effect: { people: [Treasury] }`, `effect: { notify: … }`, or a list of them.';

export const effect = z.union([
  z.literal('allow').transform((): Effect => ({ kind: 'allow' })),
  z.literal('abstain').transform((): Effect => ({ kind: 'abstain', why: null })),
  z.literal('people').transform((): Effect => ({ kind: 'people', groups: [], quorum: null })),
  closedObject({ abstain: printable(200) }).transform(({ abstain }): Effect => ({ kind: 'abstain', why: abstain })),
  closedObject({ people: z.array(printable(100)).min(1), quorum: z.int().min(1).max(100).optional() }).transform(
    ({ people, quorum }): Effect => ({ kind: 'people', groups: people, quorum: quorum ?? null }),
  ),
  closedObject({ notify: printable(200) }).transform(({ notify }): Effect => ({ kind: 'notify', target: notify })),
]);

export const ruleSection = closedObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'must be letters, digits, dots, dashes or underscores'),
  title: printable(150),
  stage,
  enforcement: z.enum(enforcements).default('strict'),
  priority: z.int().min(-1_000_000).max(1_000_000).optional(),
  when: z.unknown().optional(),
  must: z.unknown().optional(),
  effect: z.unknown().optional(),
  source: closedObject({
    platform: printable(40),
    id: printable(150),
    version: printable(40).nullable().default(null),
  }).optional(),
});

/** Null when the rule has faults of its own; those of its conditions are reported all the same. */
export function readRule(written: unknown, place: Place, reading: Reading): Rule | null {
  const result = ruleSection.safeParse(written);
  if (!result.success) reading.faults.push(...faultsIn({ error: result.error, value: written, place, remedyFor }));
  const { when: writtenWhen, must: writtenMust, effect: writtenEffect } = recordOf(written);
  const when = readTrees(writtenWhen, [...place, 'when'], reading);
  const must = writtenMust === undefined ? [] : readTrees(writtenMust, [...place, 'must'], reading);
  const effects = readEffects(writtenEffect, [...place, 'effect'], reading);
  if (!result.success) return null;
  const { id, title, stage: at, enforcement, priority, source } = result.data;
  return {
    id,
    title,
    stage: at,
    enforcement,
    priority: priority ?? null,
    when,
    must,
    effects,
    source: source ?? null,
  };
}

/** Left out, a rule allows: that is what most rules of our own are for. */
function readEffects(written: unknown, place: Place, reading: Reading): readonly Effect[] {
  if (written === undefined) return [{ kind: 'allow' }];
  const list = Array.isArray(written) ? written : [written];
  return list.flatMap((entry: unknown, at): readonly Effect[] => {
    const result = effect.safeParse(entry);
    if (result.success) return [result.data];
    const where = Array.isArray(written) ? [...place, at] : place;
    reading.faults.push({ place: where, words: 'is not an effect', remedy: effectForms });
    return [];
  });
}

const remedies: Readonly<Record<string, string>> = {
  id: 'Give a short id, e.g. `id: routine-payouts`.',
  title: 'Say in a sentence what it allows, e.g. `title: Small payouts to suppliers`.',
  stage: stageForms,
  enforcement: 'Write `enforcement: strict`, `advisory` (shown only) or `log-only`.',
  priority: 'Write a whole number, e.g. `priority: 10`.',
  when: 'List its conditions; every one of them must hold.',
  effect: effectForms,
  source: 'Write `source: { platform: dfns, id: plc-… }`, or leave it out.',
};

/** By the key within the rule, however deep the rule itself stands. */
function remedyFor(pattern: string): string | undefined {
  return (
    remedies[pattern.split('rules.').at(-1)?.split('.')[0] ?? ''] ?? 'Write a rule with id, title, stage and when.'
  );
}

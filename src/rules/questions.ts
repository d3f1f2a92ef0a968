// Which sums of the past a rulebook would look at for one approval: they are read before it is asked.
import type { Observation, Rulebook } from '../domain/rulebook.ts';
import { questionKey, type SpendQuestion } from '../domain/spend.ts';
import { compileRulebook } from './compile.ts';
import { factsOf } from './facts.ts';
import { candidatesFor } from './rule-index.ts';

/** Of the rules that the index reaches, shadow and advisory ones included: they are explained, and would allow or not. */
export function questionsOf(rulebook: Rulebook, observation: Observation): readonly SpendQuestion[] {
  const facts = factsOf(observation);
  const asked = new Map<string, SpendQuestion>();
  for (const { set, index, watching } of compileRulebook(rulebook).sets) {
    if (set.connections?.includes(facts.connection) === false) continue;
    for (const { rule } of [...candidatesFor(index, facts), ...candidatesFor(watching, facts)]) {
      for (const question of rule.asks) asked.set(questionKey(question), question);
    }
  }
  return [...asked.values()];
}

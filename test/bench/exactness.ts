// How often the engine differs from a plain reading of the document, over random rulebooks and amounts up to 2^256 - 1.
import { stringify } from 'yaml';
import { compileRulebook } from '../../src/rules/compile.ts';
import { evaluateRulebook } from '../../src/rules/evaluate.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { assets, observationOf, randomSets, randomTransaction, seeded } from '../rules/random-rulebook.ts';
import { decide } from '../rules/reference.ts';
import type { BenchOptions, Figure } from './figures.ts';

const requestsPerRulebook = 50;

export async function benchExactness({ isQuick, say }: BenchOptions): Promise<Figure[]> {
  const wanted = isQuick ? 20_000 : 100_000;
  let requests = 0;
  let allowed = 0;
  let different = 0;
  for (let seed = 1; requests < wanted; seed += 1) {
    const random = seeded(seed);
    const sets = randomSets(random);
    const reading = parseRulebook(stringify({ version: 1, assets, sets }));
    if (reading.kind === 'faults')
      throw new Error(`seed ${seed} made a faulty rulebook: ${JSON.stringify(reading.faults)}`);
    const compiled = compileRulebook(reading.rulebook);
    for (let at = 0; at < requestsPerRulebook; at += 1) {
      const transaction = randomTransaction(random);
      const answer = evaluateRulebook(compiled, factsOf(observationOf(transaction)));
      requests += 1;
      if (answer.kind === 'allow') allowed += 1;
      if (answer.kind === decide(sets, assets, transaction)) continue;
      different += 1;
      say(`exactness: seed ${seed}, request ${at}: ${answer.kind}`);
    }
    if (requests % 20_000 === 0) say(`exactness: ${requests} of ${wanted}`);
  }
  return [
    { bench: 'exactness', figure: 'random requests', value: requests, goal: { sign: '>=', value: wanted } },
    { bench: 'exactness', figure: 'of them allowed', value: allowed, goal: null },
    { bench: 'exactness', figure: 'different from the reference', value: different, goal: { sign: '=', value: 0 } },
  ];
}

// An imported policy answers as Privy's own language does, read literally, over thousands of random policies and requests.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateRulebook } from '../../../src/rules/evaluate.ts';
import { factsOf } from '../../../src/rules/facts.ts';
import { bundles, signingBundles, spendingBundles } from './generated-policies.ts';
import { pasts, requests, signingRequests, spendingPasts, spendingRequests } from './generated-requests.ts';
import { compiled, imported } from './imports.ts';
import { decide } from './reference.ts';
import type { PrivyBundle, PrivyPast, PrivyRequest } from './reference-form.ts';
import { observe } from './requests.ts';

const documents = Number(process.env['PRIVY_DOCUMENTS'] ?? '400');
const requestsEach = 30;

type Generated = {
  readonly bundles: fc.Arbitrary<PrivyBundle>;
  readonly requests: fc.Arbitrary<PrivyRequest>;
  readonly pasts: fc.Arbitrary<readonly PrivyPast[]>;
};

const everything: Generated = { bundles, requests, pasts };
const spending: Generated = { bundles: spendingBundles, requests: spendingRequests, pasts: spendingPasts };
const signing: Generated = { bundles: signingBundles, requests: signingRequests, pasts };

test.each([
  ['anything at all', everything, documents, 10_000],
  ['what was spent before', spending, documents / 2, 5000],
  ['typed data', signing, documents / 2, 5000],
] as const)(
  'an imported policy allows what Privy would allow, and nothing else: %s',
  (_, generated, runs, atLeast) => {
    const seen = { pairs: 0, allowed: 0 };
    const asked = fc.array(generated.requests, { minLength: requestsEach, maxLength: requestsEach });

    fc.assert(
      fc.property(generated.bundles, asked, generated.pasts, (bundle, batch, past) => {
        const rulebook = compiled(imported(bundle));
        const questions = rulebook.sets.flatMap((set) => set.rules.flatMap((rule) => rule.asks));
        for (const request of batch) {
          const answer = evaluateRulebook(rulebook, factsOf(observe(request, past, questions)));
          const wanted = decide(bundle, request, past);
          seen.pairs += 1;
          seen.allowed += wanted === 'allow' ? 1 : 0;
          if (answer.kind !== wanted) throw new Error(`${answer.kind}, not ${wanted}: ${JSON.stringify(request)}`);
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );

    expect(seen.pairs).toBeGreaterThanOrEqual(atLeast);
    // Both answers come often, or agreeing would say little.
    expect(seen.allowed / seen.pairs).toBeGreaterThan(0.05);
    expect(seen.allowed / seen.pairs).toBeLessThan(0.95);
  },
  120_000,
);

// One decoded field of a payload, by the name that the source's policy language gives it, or a few names of our own.
import { z } from 'zod';
import { valueTypes } from '../../chains/values.ts';
import { anyOf, type Truth } from '../../domain/rulebook.ts';
import { closedObject } from '../document.ts';
import type { Fact, Facts } from '../facts.ts';
import { defineKind, judge, unknownBecause, type Say } from '../kind.ts';
import { comparisonShape, faultsOfComparison, prepareComparison, resolveComparison } from './comparison.ts';

/** Names that are not the payload's own: base units of the coin, the EIP-155 chain id, and the hour it is evaluated. */
const own: Readonly<Record<string, (facts: Facts) => Fact<readonly string[]>>> = {
  'call.value': ({ call }) => (call.kind === 'known' ? known(call.value.valueBase) : call),
  'call.chainId': ({ call }) => {
    if (call.kind === 'unknown') return call;
    const { chainId } = call.value;
    return chainId === null ? { kind: 'unknown', reason: 'its chain id is unknown' } : known(chainId);
  },
  'time.unixSeconds': ({ now }) => known(String(Math.floor(now / 1000))),
};

const settings = closedObject({
  name: z.string().min(1).max(200),
  as: z.enum(valueTypes).optional(),
  parts: z.string().min(1).max(200).optional(),
  ...comparisonShape,
}).superRefine((given, ctx) => {
  const { name, as, parts: _, ...wanted } = given;
  for (const { place, words, remedy } of faultsOfComparison(wanted, as ?? usualFor(name))) {
    ctx.addIssue({ code: 'custom', path: [...place], message: words, params: { remedy }, input: given });
  }
});

/**
 * An activity of several parts (instructions of one transaction) has one value per part: all must agree, otherwise it
 * is unknown. `parts` names a field that every part has: a part without the field in question does not hold then.
 */
export const field = defineKind({
  kind: 'field',
  settings,
  resolve: resolveComparison,
  prepare: ({ name, as, parts, ...wanted }) => {
    const compared = prepareComparison(wanted, as ?? usualFor(name));
    const read = Object.hasOwn(own, name) ? own[name] : undefined;
    return {
      wanted: `${name} ${compared.wanted}${parts === undefined ? '' : ' in every part'}`,
      test: (facts, say) =>
        judge(read?.(facts) ?? facts.field(name), say, (values) => {
          const truths = values.map(compared.test);
          if (parts === undefined) return agreed(truths, name, values, say);
          return judge(facts.field(parts), say, (whole) => {
            const missing = whole.length - values.length;
            if (missing < 0) return unknownBecause(say, values.join(', '), `it has more values of ${name} than parts`);
            return agreed([...truths, ...Array<Truth>(missing).fill(compared.absent)], name, values, say);
          });
        }),
    };
  },
});

function agreed(truths: readonly Truth[], name: string, values: readonly string[], say: Say | undefined): Truth {
  const [first = 'unknown'] = truths;
  const seen = values.length === 0 ? 'none' : values.join(', ');
  if (truths.every((truth) => truth === first)) {
    say?.(seen, `${name} is ${seen}`);
    return first;
  }
  const words = anyOf(truths) === 'true' ? 'not every part of it is as wanted' : 'part of it cannot be judged';
  return unknownBecause(say, seen, `${name} is ${seen}: ${words}`);
}

function usualFor(name: string) {
  return Object.hasOwn(own, name) ? 'number' : 'text';
}

function known(value: string): Fact<readonly string[]> {
  return { kind: 'known', value: [value] };
}

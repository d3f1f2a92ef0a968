// The amount in wei: base units of the coin of whichever EVM network it is on. Nothing else can be compared with wei.
import { z } from 'zod';
import { isBaseUnits } from '../../domain/amount.ts';
import { closedObject, refuse } from '../document.ts';
import { defineKind, judge, unknownBecause } from '../kind.ts';
import { baseUnits } from './base-units.ts';

const digits = z.string().refine(isBaseUnits, 'must be a whole number of wei, as digits in quotes');

const settings = closedObject({ atMost: digits.optional(), atLeast: digits.optional() }).superRefine((given, ctx) => {
  const { atMost, atLeast } = given;
  if (atMost === undefined && atLeast === undefined) {
    refuse(ctx, undefined, 'has neither atMost nor atLeast', "Write e.g. `atMost: '1000000000000000000'`.");
  }
  if (atMost !== undefined && atLeast !== undefined && BigInt(atLeast) > BigInt(atMost)) {
    refuse(ctx, undefined, 'has an atLeast above its atMost', 'Swap them, or correct one.');
  }
});

export const wei = defineKind({
  kind: 'wei',
  settings,
  prepare: (limits) => {
    const compare = baseUnits.prepare({ kind: 'base-units', ...limits });
    return {
      wanted: compare.wanted.replace('base units', 'wei'),
      test: (facts, say) =>
        judge(facts.network, say, ({ family }) =>
          judge(facts.asset, say, ({ reference, label }) =>
            family === 'evm' && reference === null
              ? compare.test(facts, say)
              : unknownBecause(say, label, `it is ${label}, which is not counted in wei`),
          ),
        ),
    };
  },
});

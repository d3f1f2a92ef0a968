// The amount in base units, for limits that a platform writes so: a whole number needs no decimals to be exact.
import { z } from 'zod';
import { isBaseUnits } from '../../domain/amount.ts';
import type { Truth } from '../../domain/rulebook.ts';
import { closedObject, refuse } from '../document.ts';
import type { Facts } from '../facts.ts';
import { defineKind, judge, truthOf, unknownBecause, type Say } from '../kind.ts';
import { assetIdentity, assetText, keyOf } from './asset.ts';

const digits = z.string().refine(isBaseUnits, 'must be a whole number of base units, as digits in quotes');

const settings = closedObject({
  of: assetIdentity.optional(),
  atMost: digits.optional(),
  atLeast: digits.optional(),
}).superRefine(({ atMost, atLeast }, ctx) => {
  if (atMost === undefined && atLeast === undefined) {
    refuse(ctx, undefined, 'has neither atMost nor atLeast', "Write e.g. `atMost: '5000000'`.");
  }
  if (atMost !== undefined && atLeast !== undefined && BigInt(atLeast) > BigInt(atMost)) {
    refuse(ctx, undefined, 'has an atLeast above its atMost', 'Swap them, or correct one.');
  }
});

/** Without `of` it is about any asset: only "at least 1", which means "anything at all", says something then. */
export const baseUnits = defineKind({
  kind: 'base-units',
  settings,
  prepare: ({ of, atMost, atLeast }) => {
    const least = atLeast === undefined ? null : BigInt(atLeast);
    const most = atMost === undefined ? null : BigInt(atMost);
    const key = of === undefined ? null : keyOf(of);
    const asset = of === undefined ? '' : ` of ${assetText(of)}`;
    const wanted = [
      ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
      ...(atMost === undefined ? [] : [`at most ${atMost}`]),
    ].join(' and ');
    const compare = (facts: Facts, say: Say | undefined): Truth =>
      judge(facts.amount, say, ({ base, value }) => {
        const holds = (least === null || value >= least) && (most === null || value <= most);
        say?.(`${base} base units`, `${base} base units, where ${wanted} was asked for`);
        return truthOf(holds);
      });
    return {
      wanted: `${wanted} base units${asset}`,
      test: (facts, say) => {
        if (key === null) return compare(facts, say);
        return judge(facts.asset, say, (found) => {
          // Amounts of different assets can't be compared, and "not comparable" must never read as "below".
          if (found.key !== key) return unknownBecause(say, found.label, `it is ${found.label}, not${asset.slice(3)}`);
          return compare(facts, say);
        });
      },
    };
  },
});

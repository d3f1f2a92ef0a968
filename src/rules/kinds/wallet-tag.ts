// The wallet carries one of these tags, or all of them.
import { z } from 'zod';
import { closedObject, refuse } from '../document.ts';
import { defineKind, judge, truthOf } from '../kind.ts';

const tags = z.array(z.string().min(1)).min(1);

const settings = closedObject({ anyOf: tags.optional(), allOf: tags.optional() }).superRefine((given, ctx) => {
  if (given.anyOf === undefined && given.allOf === undefined) {
    refuse(ctx, undefined, 'has neither anyOf nor allOf', 'Write e.g. `anyOf: [payroll]`.');
  }
});

export const walletTag = defineKind({
  kind: 'wallet-tag',
  settings,
  prepare: ({ anyOf, allOf }) => ({
    wanted: [
      ...(anyOf === undefined ? [] : [`one of the tags ${anyOf.join(', ')}`]),
      ...(allOf === undefined ? [] : [`all of the tags ${allOf.join(', ')}`]),
    ].join(' and '),
    test: (facts, say) =>
      judge(facts.walletTags, say, (found) => {
        const holds =
          (anyOf === undefined || anyOf.some((tag) => found.includes(tag))) &&
          (allOf === undefined || allOf.every((tag) => found.includes(tag)));
        const seen = found.length === 0 ? 'no tags' : found.join(', ');
        say?.(
          seen,
          holds ? `the wallet has the tags ${seen}` : `the wallet has ${seen}, which this rule does not cover`,
        );
        return truthOf(holds);
      }),
  }),
});

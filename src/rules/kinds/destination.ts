// Where the platform says that it goes: which kind of destination, and which entry of the address book or own wallet.
import { z } from 'zod';
import { allOf, type Truth } from '../../domain/rulebook.ts';
import { closedObject, refuse } from '../document.ts';
import type { Facts } from '../facts.ts';
import { defineKind, judge, truthOf, unknownBecause, type Say } from '../kind.ts';
import { membersText } from '../names.ts';

const names = z.array(z.string().min(1)).min(1);

/** `types` are the platform's own words for what a destination can be; `in` are its ids of destinations. */
const settings = closedObject({ types: names.optional(), in: names.optional() }).superRefine((given, ctx) => {
  if (given.types === undefined && given.in === undefined) {
    refuse(ctx, undefined, 'has neither types nor in', 'Write e.g. `types: [COUNTERPARTY]`, or `in: [ … ]` with ids.');
  }
});

/** From `request.fields['destination.type']` and `request.fields['destination.id']`. */
export const destination = defineKind({
  kind: 'destination',
  settings,
  prepare: ({ types, in: ids }) => ({
    wanted: [
      ...(types === undefined ? [] : [`a destination that is ${membersText(null, types)}`]),
      ...(ids === undefined ? [] : [membersText(null, ids)]),
    ].join(', '),
    test: (facts, say) => {
      const byType = (heard?: Say) => (types === undefined ? 'true' : isOneOf(facts, 'destination.type', types, heard));
      const byId = (heard?: Say) => (ids === undefined ? 'true' : isOneOf(facts, 'destination.id', ids, heard));
      const result = allOf([byType(), byId()]);
      // What is said is what settles it.
      return ids !== undefined && byId() === result ? byId(say) : byType(say);
    },
  }),
});

function isOneOf(facts: Facts, field: string, listed: readonly string[], say: Say | undefined): Truth {
  return judge(facts.field(field), say, (found) => {
    const others = found.filter((value) => !listed.includes(value));
    const seen = found.join(', ');
    const words = `its ${field.replace('.', ' ')} is ${seen}`;
    // Neither "listed" nor "not listed" is true of several that differ, and a `not` makes no yes of it.
    if (others.length > 0 && others.length < found.length) {
      return unknownBecause(say, seen, `${words}, and only some of these are listed`);
    }
    const holds = others.length === 0;
    say?.(seen, `${words}${holds ? '' : ', which this rule does not cover'}`);
    return truthOf(holds);
  });
}

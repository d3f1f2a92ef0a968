// Whether it carries a memo, or an id of the company's own.
import { z } from 'zod';
import { closedObject } from '../document.ts';
import type { Facts } from '../facts.ts';
import { defineKind, truthOf, type RuleKind } from '../kind.ts';

function presence(kind: string, name: string, of: (facts: Facts) => string | null): RuleKind {
  return defineKind({
    kind,
    settings: closedObject({ present: z.boolean() }),
    prepare: ({ present }) => ({
      wanted: present ? `with ${name}` : `without ${name}`,
      test: (facts, say) => {
        const value = of(facts);
        const isThere = value !== null && value !== '';
        say?.(value ?? 'none', isThere ? `it has ${name}` : `it has no ${name.replace(/^an? /, '')}`);
        return truthOf(isThere === present);
      },
    }),
  });
}

export const memo = presence('memo', 'a memo', (facts) => facts.memo);

export const externalId = presence('external-id', 'an external id', (facts) => facts.externalId);

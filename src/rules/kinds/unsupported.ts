// Something that the language a rule was imported from can ask, and this one can't: always unknown, and it says what.
import { z } from 'zod';
import { closedObject } from '../document.ts';
import { defineKind, unknownBecause } from '../kind.ts';

export const unsupported = defineKind({
  kind: 'unsupported',
  settings: closedObject({ what: z.string().min(1).max(300) }),
  prepare: ({ what }) => ({
    wanted: what,
    test: (_facts, say) => unknownBecause(say, 'unknown', `this cannot be judged here: ${what}`),
  }),
});

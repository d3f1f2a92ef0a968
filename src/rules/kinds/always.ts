// Always true: for a rule that is about everything, as a platform's policy that always triggers.
import { closedObject } from '../document.ts';
import { defineKind } from '../kind.ts';

export const always = defineKind({
  kind: 'always',
  settings: closedObject({}),
  prepare: () => ({
    wanted: 'anything',
    test: (_facts, say) => {
      say?.('anything', 'it always applies');
      return 'true';
    },
  }),
});

// How a drawn block tells the page that somebody pressed something, whichever surface it is on.
import { createContext, useContext } from 'react';
import type { Option } from '../wire/blocks.ts';
import type { FieldValue } from './form.ts';

export type Press = { blockId: string; actionId: string; value?: string; selected?: Option; url?: string };

export type Interaction = {
  press: (press: Press) => void;
  /** True while an earlier press still waits for its answer: a second click must be a decision, not an accident. */
  busy: boolean;
  /** Present in modals: what the inputs hold, and what is wrong with it. */
  form?: {
    read: (blockId: string, actionId: string) => FieldValue | undefined;
    write: (blockId: string, actionId: string, value: FieldValue) => void;
    error: (blockId: string) => string | undefined;
  };
};

export const InteractionContext = createContext<Interaction>({ press: () => undefined, busy: true });

export function useInteraction(): Interaction {
  return useContext(InteractionContext);
}

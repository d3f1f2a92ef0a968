// What the ids in a text are called in this workspace; handed to the drawing components through one context.
import { createContext, useContext } from 'react';

export type Names = {
  user: (id: string) => string | undefined;
  group: (id: string) => string | undefined;
  channel: (id: string) => string | undefined;
};

const nameless: Names = { user: () => undefined, group: () => undefined, channel: () => undefined };

export const NamesContext = createContext<Names>(nameless);

export function useNames(): Names {
  return useContext(NamesContext);
}

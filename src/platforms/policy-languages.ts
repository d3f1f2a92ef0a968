// The policy languages that a rulebook can be imported from: one file each, and one line here.
import type { PolicyLanguage } from '../domain/rulebook-draft.ts';
import { axonvaultLanguage } from './axonvault/index.ts';
import { cubewireLanguage } from './cubewire/index.ts';
import { dfnsLanguage } from './dfns/index.ts';
import { palisadeLanguage } from './palisade/index.ts';
import { privyLanguage } from './privy/index.ts';

export const policyLanguages: readonly PolicyLanguage[] = [
  axonvaultLanguage,
  cubewireLanguage,
  dfnsLanguage,
  palisadeLanguage,
  privyLanguage,
];

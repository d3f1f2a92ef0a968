// The checks that a simulation names: those of the configuration, or every one that there can be where there is none.
import type { Check } from '../checks/check.ts';
import { checksFor } from '../checks/index.ts';
import type { World } from '../checks/world.ts';
import type { Config } from '../config.ts';
import { closedWorld } from '../sources/open-world.ts';

const nowhere = { list: null, dataAt: null, sha256: null, refused: 'a simulation reads no list' };
const silent = async () => ({ kind: 'unavailable', reason: 'a simulation asks nobody' }) as const;

/** All of them switched on, and none of them with anything behind it. */
const everything: World = {
  sanctions: { read: () => nowhere, maxAgeMs: 0 },
  denylist: () => nowhere,
  allowlist: () => nowhere,
  screening: { ask: silent, deadlineMs: 1000 },
  firstPayment: true,
  networkHistory: true,
  duplicatesWithinMs: 1,
};

export function checksToKnow(config: Config | null): readonly Check[] {
  return checksFor(config === null ? everything : closedWorld(config.checks));
}

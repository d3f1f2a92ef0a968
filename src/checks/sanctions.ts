// Is anybody in it sanctioned? Compared by the bytes of every address in it, on whatever network the list names them.
import { isGovernance } from '../domain/activity.ts';
import type { EpochMs } from '../domain/amount.ts';
import { addressesOf } from './addresses-of.ts';
import type { Check } from './check.ts';
import { defineCheck, pass, stop, unavailable, type Answer } from './found.ts';
import { evidenceOf, hitsIn, instant, wordsOfHits } from './listed.ts';
import type { ListReading, ReadList } from './world.ts';

/** Data may be this much ahead of our clock. */
const maxClockSkewMs = 5 * 60 * 1000;

export function sanctions(settings: { readonly read: ReadList; readonly maxAgeMs: number }): Check {
  return defineCheck({
    name: 'sanctions',
    title: 'Sanctions',
    answer: ({ approval: { activity }, now }) => {
      const reading = settings.read();
      const evidence = evidenceOf(reading);
      const around = (answer: Answer): Answer => ({ ...answer, dataAt: reading.dataAt });
      if (reading.list === null) {
        return unavailable(`there is no sanctions list: ${reading.refused ?? 'none was read yet'}`, evidence);
      }
      // A hit on an old list is still a hit: the order is by what weighs most.
      const addresses = addressesOf(activity);
      const hits = hitsIn(reading.list, addresses);
      if (hits.length > 0) {
        const who = Object.fromEntries(hits.map(({ role, address }) => [role, address]));
        return around(stop(`sanctioned: ${wordsOfHits(hits)}`, { ...who, ...evidence }));
      }
      const fault = faultOf(reading, now, settings.maxAgeMs);
      if (fault !== null) return around(unavailable(fault, evidence));
      const [unread] = addresses.unread;
      if (unread !== undefined)
        return around(unavailable(`not everything in it could be looked up: ${unread}`, evidence));
      if (addresses.named.length === 0 && !isGovernance(activity.kind)) {
        return around(unavailable('it names no address that could be looked up', evidence));
      }
      return around(pass('nobody in it is on the sanctions list', evidence));
    },
  });
}

/** Null when the list may be relied on. */
function faultOf({ list, dataAt, refused }: ListReading, now: EpochMs, maxAgeMs: number): string | null {
  if (refused !== null) return `the newest sanctions list was not taken: ${refused}`;
  if (list === null || list.size === 0) return 'the sanctions list is empty';
  if (dataAt === null) return 'nobody knows how old the sanctions list is';
  if (dataAt > now + maxClockSkewMs) return `the sanctions list is from the future (${instant(dataAt)})`;
  if (now - dataAt > maxAgeMs) return `the sanctions list is of ${instant(dataAt)}, which is too old`;
  return null;
}

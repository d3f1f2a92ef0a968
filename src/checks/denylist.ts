// Is anybody in it on the operator's own list of those who are never paid?
import { addressesOf } from './addresses-of.ts';
import type { Check } from './check.ts';
import { defineCheck, flag, pass, stop, unavailable, type Answer } from './found.ts';
import { evidenceOf, hitsIn, instant, wordsOfHits } from './listed.ts';
import type { ReadList } from './world.ts';

export function denylist(read: ReadList): Check {
  return defineCheck({
    name: 'denylist',
    title: 'Denylist',
    answer: ({ approval: { activity } }) => {
      const reading = read();
      const evidence = evidenceOf(reading);
      const around = (answer: Answer): Answer => ({ ...answer, dataAt: reading.dataAt });
      if (reading.list === null) return unavailable(`there is no denylist: ${reading.refused ?? 'none was read yet'}`);
      const addresses = addressesOf(activity);
      const hits = hitsIn(reading.list, addresses);
      if (hits.length > 0) {
        const who = Object.fromEntries(hits.map(({ role, address }) => [role, address]));
        return around(stop(`on the denylist: ${wordsOfHits(hits)}`, { ...who, ...evidence }));
      }
      if (reading.refused !== null) {
        const since = reading.dataAt === null ? 'an older one' : `that of ${instant(reading.dataAt)}`;
        return around(flag(`a newer denylist was refused, ${since} is in force: ${reading.refused}`, evidence));
      }
      const [unread] = addresses.unread;
      if (unread !== undefined)
        return around(unavailable(`not everything in it could be looked up: ${unread}`, evidence));
      return around(pass('nobody in it is on the denylist', evidence));
    },
  });
}

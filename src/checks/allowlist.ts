// Is every recipient on the operator's own list? Here the address itself counts, not who owns it elsewhere.
import { exactKey } from '../chains/address-keys.ts';
import { networkNamed } from '../chains/networks.ts';
import type { Check } from './check.ts';
import { defineCheck, flag, pass, unavailable, type Answer } from './found.ts';
import { evidenceOf, instant } from './listed.ts';
import type { ReadList } from './world.ts';

export function allowlist(read: ReadList): Check {
  return defineCheck({
    name: 'allowlist',
    title: 'Allowlist',
    answer: ({ approval: { activity } }) => {
      const reading = read();
      const { list } = reading;
      const evidence = evidenceOf(reading);
      const around = (answer: Answer): Answer => ({ ...answer, dataAt: reading.dataAt });
      if (list === null) return unavailable(`there is no allowlist: ${reading.refused ?? 'none was read yet'}`);
      if (activity.destinations.length === 0) return unavailable('it names no recipient');
      const network = activity.network === null ? null : networkNamed(activity.network);
      for (const { address } of activity.destinations) {
        const key = exactKey(network, address);
        if (key === null) return around(unavailable(`${address} cannot be compared with the allowlist`, evidence));
        if (!list.has(key)) {
          return around(flag(`${address} is not on the allowlist`, { recipient: address, ...evidence }));
        }
      }
      if (reading.refused !== null) {
        const since = reading.dataAt === null ? 'an older one' : `that of ${instant(reading.dataAt)}`;
        return around(flag(`a newer allowlist was refused, ${since} is in force: ${reading.refused}`, evidence));
      }
      return around(pass('the recipient is on the allowlist', evidence));
    },
  });
}

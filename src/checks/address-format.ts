// Is every recipient an address of its network, with a checksum that fits where there is one?
import { readAddress, type AddressChecksum } from '../chains/addresses.ts';
import { networkNamed } from '../chains/networks.ts';
import { defineCheck, flag, pass, unavailable } from './found.ts';

export const addressFormat = defineCheck({
  name: 'address-format',
  title: 'Address',
  answer: ({ approval: { activity } }) => {
    if (activity.network === null) return unavailable('its network is unknown');
    if (activity.destinations.length === 0) return unavailable('it names no recipient');
    const network = networkNamed(activity.network);
    const checksums: AddressChecksum[] = [];
    for (const { address } of activity.destinations) {
      const reading = readAddress(network, address);
      const evidence = { address, network: activity.network };
      if (reading.kind === 'invalid') {
        return flag(`${address} is not an address on ${activity.network}: ${reading.reason}`, evidence);
      }
      if (reading.kind === 'unsupported') return unavailable(`${address} was not checked: ${reading.reason}`, evidence);
      checksums.push(reading.checksum);
    }
    const evidence = { checksum: [...new Set(checksums)].join(', '), network: activity.network };
    const weakest = (['none-exists', 'absent', 'verified'] as const).find((checksum) => checksums.includes(checksum));
    return pass(words[weakest ?? 'none-exists'], evidence);
  },
});

const words: Readonly<Record<AddressChecksum, string>> = {
  verified: 'the address is valid, and its checksum fits',
  absent: 'the address is valid; it is written without a checksum',
  'none-exists': 'the address is valid; addresses of this network have no checksum',
};

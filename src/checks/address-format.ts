// Is every recipient, and every contract in it, an address of its network, with a checksum that fits where there is one?
import { readAddress, type AddressChecksum } from '../chains/addresses.ts';
import { networkNamed } from '../chains/networks.ts';
import type { Activity } from '../domain/activity.ts';
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
    const contract = contractsOf(activity).find(({ address }) => readAddress(network, address).kind === 'invalid');
    if (contract !== undefined) {
      const evidence = { [contract.role]: contract.address, network: activity.network };
      return flag(`the ${contract.role} ${contract.address} is not an address on ${activity.network}`, evidence);
    }
    const evidence = { checksum: [...new Set(checksums)].join(', '), network: activity.network };
    const weakest = (['none-exists', 'absent', 'verified'] as const).find((checksum) => checksums.includes(checksum));
    return pass(words[weakest ?? 'none-exists'], evidence);
  },
});

/** Where contracts have addresses; other networks name tokens in forms of their own. */
function contractsOf({ network, asset, request }: Activity): readonly { role: string; address: string }[] {
  if (network === null || networkNamed(network)?.family !== 'evm') return [];
  const [token, called] = [asset?.reference ?? null, request.call?.to ?? null];
  return [
    ...(token === null ? [] : [{ role: 'token', address: token }]),
    ...(called === null ? [] : [{ role: 'contract', address: called }]),
  ];
}

const words: Readonly<Record<AddressChecksum, string>> = {
  verified: 'the address is valid, and its checksum fits',
  absent: 'the address is valid; it is written without a checksum',
  'none-exists': 'the address is valid; addresses of this network have no checksum',
};

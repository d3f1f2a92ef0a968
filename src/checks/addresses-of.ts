// Every address that an activity names, wherever it names it: what lists are asked about.
import { readAddress } from '../chains/addresses.ts';
import { readCallSteps } from '../chains/call-steps.ts';
import { networkNamed } from '../chains/networks.ts';
import { readTypedData } from '../chains/typed-data.ts';
import type { Activity } from '../domain/activity.ts';

export type NamedAddress = { readonly role: string; readonly address: string };

export type AddressReading = {
  /** Without repetition; the first role that an address has. */
  readonly named: readonly NamedAddress[];
  /** Why there may be more, or why one of them can't be compared. */
  readonly unread: readonly string[];
};

export function addressesOf(activity: Activity): AddressReading {
  const { claim, decoded, request, asset } = activity;
  const found: NamedAddress[] = [];
  const unread: string[] = [];
  const add = (role: string, ...addresses: readonly (string | null | undefined)[]): void => {
    for (const address of addresses) {
      const isNew = typeof address === 'string' && !found.some((other) => other.address === address);
      if (isNew) found.push({ role, address });
    }
  };
  add('the recipient', ...activity.destinations.map(({ address }) => address));
  if (decoded?.kind === 'transfer') add('the recipient in the payload', decoded.to);
  if (decoded?.kind === 'undecodable') unread.push(`its payload cannot be decoded: ${decoded.reason}`);
  add("the recipient in the platform's summary", claim?.to);
  const compared = [...found];
  add('the token', asset?.reference, decoded?.kind === 'transfer' ? decoded.asset : null, claim?.asset);
  if (request.call !== null) {
    const call = readCallSteps(request.call);
    add('the contract', request.call.to);
    add('an address in the call data', ...call.addresses);
    unread.push(...call.unread);
  }
  if (request.typedData !== null) {
    const data = readTypedData(request.typedData);
    if (data.kind === 'read') {
      add('an address in the signed data', ...data.addresses);
      unread.push(...data.unread);
    } else unread.push(data.reason);
  }
  // Platforms name native tokens in other ways than by address, so only recipients must be readable.
  return { named: found, unread: [...unread, ...compared.flatMap(({ address }) => notComparable(activity, address))] };
}

function notComparable(activity: Activity, address: string): readonly string[] {
  const reading = readAddress(activity.network === null ? null : networkNamed(activity.network), address);
  return reading.kind === 'valid' ? [] : [`${address} cannot be compared: ${reading.reason}`];
}

// A recipient in the forms by which payments to it are found: on its own network, and on every other that reads it alike.
import { comparisonForm, readAddress } from '../chains/addresses.ts';
import { NETWORKS, networkNamed } from '../chains/networks.ts';
import type { Activity } from '../domain/activity.ts';

export type RecipientForms = {
  /** As the approval writes it. */
  readonly address: string;
  /** As addresses are compared; the text itself where it can't be read. */
  readonly canonical: string;
  /** `Ethereum/0x…` by network; null where it can't be read, so that nobody knows whether it was paid. */
  readonly byNetwork: ReadonlyMap<string, string> | null;
};

export function recipientForms(activity: Activity): readonly RecipientForms[] {
  const network = activity.network === null ? null : networkNamed(activity.network);
  return activity.destinations.map(({ address }) => {
    const reading = readAddress(network, address);
    const canonical = comparisonForm(network, address);
    if (network === null || reading.kind !== 'valid') return { address, canonical, byNetwork: null };
    const alike = NETWORKS.filter(({ family }) => family === network.family).flatMap((other) => {
      const there = readAddress(other, address);
      return there.kind === 'valid' ? [[other.name, `${other.name}/${there.canonical}`] as const] : [];
    });
    return { address, canonical, byNetwork: new Map(alike) };
  });
}

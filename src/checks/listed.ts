// Asking a list about everything that an activity names: who is on it, and what a list itself says about its state.
import { ownerKeys } from '../chains/address-keys.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Finding } from '../domain/finding.ts';
import type { AddressReading, NamedAddress } from './addresses-of.ts';
import type { ListReading } from './world.ts';

export function hitsIn(list: NonNullable<ListReading['list']>, { named }: AddressReading): readonly NamedAddress[] {
  return named.filter(({ address }) => ownerKeys(address).some((key) => list.has(key)));
}

export function wordsOfHits(hits: readonly NamedAddress[]): string {
  return hits.map(({ role, address }) => `${role} ${address}`).join(', ');
}

/** Which list it was, for whoever asks later: how long, from when, and its hash. */
export function evidenceOf({ list, dataAt, sha256 }: ListReading): Finding['evidence'] {
  return {
    ...(list === null ? {} : { entries: String(list.size) }),
    ...(dataAt === null ? {} : { asOf: instant(dataAt) }),
    ...(sha256 === null ? {} : { sha256 }),
  };
}

export function instant(at: EpochMs): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}

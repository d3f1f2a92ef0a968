// What every translation of an activity starts from: the blank, exact amounts, and the rest as facts.
import { LosslessNumber } from 'lossless-json';
import { noRequest, type Activity } from '../../domain/activity.ts';
import { isBaseUnits, type BaseUnits } from '../../domain/amount.ts';
import type { ExactJson } from '../../domain/json.ts';
import { textAt, wordsOf, type ExactRecord } from './document.ts';
import type { WireApproval, WireRequest } from './wire.ts';

/** What was looked up beside the approval, for people and for rules; nothing here enters the fingerprint. */
export type Surroundings = {
  /** Our own account, so that a change which concerns it can be named. */
  readonly serviceAccount: string;
  readonly initiatorIsServiceAccount: boolean | null;
  readonly walletName: string | null;
  /** Of the wallet that it leaves; null or left out when they could not be read. */
  readonly walletTags?: readonly string[] | null;
  /** The wallet behind the key of a signature request; null when it has several, or none could be read. */
  readonly keyWallet: { readonly id: string; readonly network: string; readonly name: string | null } | null;
  /** The policy that a change is about, as it stands now. */
  readonly policyNow: ExactRecord | null;
};

export type Translate = (approval: WireApproval, request: WireRequest, around: Surroundings) => Activity;

export type Fact = Activity['facts'][number];

/** An activity of which only the name is known. */
export function blankActivity(approval: WireApproval, request: WireRequest | null): Activity {
  const body = request?.body;
  const parts = [approval.activityKind, request?.name, textAt(body, 'requestBody', 'kind')];
  return {
    kind: 'unknown',
    platformKind: parts.filter((part) => part !== undefined && part !== null).join('/'),
    subjectId: textAt(body, 'id'),
    network: null,
    wallet: null,
    destinations: [],
    asset: null,
    amountBase: null,
    price: null,
    decoded: null,
    claim: null,
    memo: null,
    externalId: textAt(body, 'requestBody', 'externalId') ?? textAt(body, 'externalId'),
    blind: false,
    unread: [],
    request: {
      ...noRequest,
      // What a policy of Dfns is about by `activityKind`, and the kind of the request within it.
      method: approval.activityKind,
      transactionType: textAt(body, 'requestBody', 'kind'),
      credential: textAt(body, 'requester', 'tokenId'),
    },
    facts: [],
  };
}

/** The wallet that a request names itself. */
export function walletOf(request: WireRequest, around: Surroundings): Activity['wallet'] {
  const id = textAt(request.body, 'walletId');
  return id === null ? null : { id, name: around.walletName };
}

export type AmountReading =
  | { readonly kind: 'exact'; readonly amountBase: BaseUnits }
  | { readonly kind: 'unread'; readonly reason: string };

/** Digits in a text, as Dfns documents it. A JSON number may have lost digits before it reached us. */
export function readAmount(value: ExactJson | undefined): AmountReading {
  if (value === undefined || value === null) return { kind: 'unread', reason: 'its amount is missing' };
  if (value instanceof LosslessNumber) {
    return { kind: 'unread', reason: 'the amount came as a number, in which digits may have been lost' };
  }
  return typeof value === 'string' && isBaseUnits(value)
    ? { kind: 'exact', amountBase: value }
    : { kind: 'unread', reason: 'the amount is not a whole number of base units' };
}

/** A whole number that a JSON number can hold exactly, or null. */
export function smallCount(value: ExactJson | undefined): number | null {
  return value instanceof LosslessNumber && /^(?:0|[1-9][0-9]{0,14})$/.test(value.value) ? Number(value.value) : null;
}

/** `createDestinationAccount` → `Create destination account`. */
function labelOf(key: string): string {
  const words = key.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** Everything in a record that has no place of its own. */
export function otherFacts(record: ExactRecord, shown: ReadonlySet<string>): readonly Fact[] {
  return Object.entries(record)
    .filter(([key]) => !shown.has(key))
    .map(([key, value]) => ({ label: labelOf(key), value: wordsOf(value) }));
}

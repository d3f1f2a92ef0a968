// The checks, in the order that findings are kept. All of them are required: one that does not pass abstains.
import { activityKind } from './activity-kind.ts';
import { addressFormat } from './address-format.ts';
import { asset } from './asset.ts';
import { blindSignature } from './blind-signature.ts';
import type { Check } from './check.ts';
import { decodeAgreement } from './decode-agreement.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { initiator } from './initiator.ts';
import { lookAlike } from './look-alike.ts';
import { price } from './price.ts';

export const checks: readonly Check[] = [
  activityKind,
  asset,
  addressFormat,
  initiator,
  decodeAgreement,
  blindSignature,
  lookAlike,
  price,
  hiddenCharacters,
];

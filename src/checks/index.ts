// The checks, in the order that findings are kept. All of them are required: one that does not pass abstains.
import { activityKind } from './activity-kind.ts';
import { addressFormat } from './address-format.ts';
import { allowlist } from './allowlist.ts';
import { asset } from './asset.ts';
import { blindSignature } from './blind-signature.ts';
import { calldata } from './calldata.ts';
import type { Check } from './check.ts';
import { decodeAgreement } from './decode-agreement.ts';
import { denylist } from './denylist.ts';
import { duplicatePayment } from './duplicate-payment.ts';
import { firstPayment } from './first-payment.ts';
import { hiddenCharacters } from './hidden-characters.ts';
import { initiator } from './initiator.ts';
import { lookAlike } from './look-alike.ts';
import { networkHistory } from './network-history.ts';
import { price } from './price.ts';
import { sanctions } from './sanctions.ts';
import { screening } from './screening.ts';
import { signedData } from './signed-data.ts';
import type { World } from './world.ts';

/** Those that need nothing but the approval and our own database. */
export const checks: readonly Check[] = [
  activityKind,
  asset,
  addressFormat,
  initiator,
  decodeAgreement,
  calldata,
  signedData,
  blindSignature,
  lookAlike,
  price,
  hiddenCharacters,
];

/** All of them that the operator asked for: what looks at the world is only there when there is a world to look at. */
export function checksFor(world: World): readonly Check[] {
  return [
    ...(world.sanctions === null ? [] : [sanctions(world.sanctions)]),
    ...(world.denylist === null ? [] : [denylist(world.denylist)]),
    ...checks,
    ...(world.allowlist === null ? [] : [allowlist(world.allowlist)]),
    ...(world.firstPayment ? [firstPayment] : []),
    ...(world.networkHistory ? [networkHistory] : []),
    ...(world.duplicatesWithinMs === null ? [] : [duplicatePayment(world.duplicatesWithinMs)]),
    ...(world.screening === null ? [] : [screening(world.screening)]),
  ];
}

// Identifiers with the shape that Dfns gives them.
import { randomBytes } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

// A slight bias of the modulus does not matter: these only have to be distinct.
const word = (length: number): string =>
  [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');

export const newId = (prefix: string): string => `${prefix}-${word(5)}-${word(5)}-${word(16)}`;

export const newSecret = (): string => `whs-TESTONLY${word(28)}`;

/** Error bodies name each failure by a long number, as text. */
export const newErrorId = (): string => randomBytes(8).readBigUInt64BE().toString();

export const newTransactionHash = (): string => `0x${randomBytes(32).toString('hex')}`;

// Keys under which lists keep addresses: who owns one, whatever the network and the spelling, and exactly which one it is.
import { base58, base58xrp, bech32, bech32m, createBase58check } from '@scure/base';
import { concat, hexToBytes, ripemd160, sha256, stringToBytes } from 'viem/utils';
import { readAddress } from './addresses.ts';
import { networkNamed, type Network } from './networks.ts';

/** 20 bytes: a hash cut short, so that addresses of every family take the same room. */
export type AddressKey = Uint8Array;

export const addressKeyBytes = 20;

export type ListedAddress =
  | { readonly kind: 'address'; readonly owners: readonly AddressKey[]; readonly exact: AddressKey | null }
  | { readonly kind: 'no-address'; readonly reason: string };

const base58check = createBase58check((bytes: Uint8Array) => sha256(bytes, 'bytes'));

/** Cash addresses use the letters of bech32, and their own checksum, which is not needed to find the hash inside. */
const bech32Letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

const evmForm = /^0x[0-9a-f]{40}$/i;

/**
 * Whom an address belongs to, as far as its bytes tell: one key opens the same hash on every EVM chain and on Tron, and
 * in several Bitcoin forms. Two addresses with a key in common have one owner; different keys prove nothing.
 * A text that is no address of a known form has the key of its letters, so that the very same text is still found.
 */
export function ownerKeys(text: string): readonly AddressKey[] {
  const hash = readOwner(text);
  if (hash === null) return [keyOf(`text:${text.toLowerCase()}`)];
  if (!hash.isBitcoinLike) return [bytesKey(hash.bytes)];
  // BIP 49 puts the same key hash into a script: https://github.com/bitcoin/bips/blob/master/bip-0049.mediawiki
  const nested = ripemd160(sha256(concat([hexToBytes('0x0014'), hash.bytes])), 'bytes');
  return [bytesKey(hash.bytes), bytesKey(nested)];
}

/** The key of one address on networks of one family; null where it can't be read there. */
export function exactKey(network: Network | null, text: string): AddressKey | null {
  const reading = readAddress(network, text);
  return network === null || reading.kind !== 'valid' ? null : keyOf(`${network.family}:${reading.canonical}`);
}

/**
 * An entry of a list, which says no network: the form tells the family. `exact` is null where the form is known, but
 * not well enough to say that two texts are one address.
 */
export function readListedAddress(text: string): ListedAddress {
  // The usual entry by far, and all of it checked by its form.
  if (evmForm.test(text) && text.slice(2) === text.slice(2).toLowerCase()) {
    const canonical = text.toLowerCase();
    return { kind: 'address', owners: ownerKeys(canonical), exact: keyOf(`evm:${canonical}`) };
  }
  const reasons: string[] = [];
  for (const network of networksByForm(text)) {
    const reading = readAddress(network, text);
    if (reading.kind === 'valid') {
      return { kind: 'address', owners: ownerKeys(text), exact: keyOf(`${network.family}:${reading.canonical}`) };
    }
    reasons.push(reading.reason);
  }
  if (!evmForm.test(text) && readOwner(text) !== null) return { kind: 'address', owners: ownerKeys(text), exact: null };
  return { kind: 'no-address', reason: reasons[0] ?? 'not in the form of any address that is known here' };
}

const nameByFamily: readonly (readonly [RegExp, string])[] = [
  [/^0x/i, 'Ethereum'],
  [/^(bc1|BC1|[13])/, 'Bitcoin'],
  [/^(tb1|TB1|[mn2])/, 'BitcoinTestnet3'],
  [/^T/, 'Tron'],
  [/^r/, 'XrpLedger'],
  [/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'Solana'],
];

function networksByForm(text: string): readonly Network[] {
  return nameByFamily.flatMap(([form, name]) => {
    const network = form.test(text) ? networkNamed(name) : null;
    return network === null ? [] : [network];
  });
}

type Owner = { readonly bytes: Uint8Array; readonly isBitcoinLike: boolean };

/** The hash or key inside, for every form that is known; checksums are looked at where the codec has them. */
function readOwner(text: string): Owner | null {
  if (text.length > 128) return null;
  const hex = /^(?:0x(?:41)?|41)([0-9a-f]{40})$/i.exec(text)?.[1];
  if (hex !== undefined) return { bytes: hexToBytes(`0x${hex}`), isBitcoinLike: false };
  return readBech32(text) ?? readCashAddress(text) ?? readBase58(text);
}

function readBech32(text: string): Owner | null {
  for (const codec of [bech32, bech32m]) {
    const address = codec.decodeUnsafe(text, 128);
    if (!address) continue;
    const isSegwit = /^(bc|tb|bcrt|ltc|tltc|vtc|btg)$/.test(address.prefix);
    const bytes = codec.fromWordsUnsafe(isSegwit ? address.words.slice(1) : address.words);
    if (bytes && bytes.length >= 20) return { bytes, isBitcoinLike: isSegwit && bytes.length === 20 };
  }
  return null;
}

function readCashAddress(text: string): Owner | null {
  const letters = /^(?:bitcoincash:)?([qp][02-9ac-hj-np-z]{41})$/.exec(text.toLowerCase())?.[1];
  if (letters === undefined) return null;
  const words = Array.from(letters, (letter) => bech32Letters.indexOf(letter));
  const bytes = bech32.fromWordsUnsafe(words.slice(0, -8));
  return bytes && bytes.length === 21 ? { bytes: bytes.slice(1), isBitcoinLike: true } : null;
}

/** Bitcoin and what came from it: one or two bytes that name the network, then the hash. Solana: 32 bytes as they are. */
function readBase58(text: string): Owner | null {
  const checked = bytesOf(base58check, text) ?? bytesOf(base58checkXrp, text);
  if (checked !== null && (checked.length === 21 || checked.length === 22)) {
    return { bytes: checked.slice(-20), isBitcoinLike: true };
  }
  const plain = checked === null && text.length >= 32 && text.length <= 44 ? bytesOf(base58, text) : null;
  return plain?.length === 32 ? { bytes: plain, isBitcoinLike: false } : null;
}

/** The XRP Ledger writes Bitcoin's format in another alphabet. */
const base58checkXrp = {
  decode: (text: string): Uint8Array => base58check.decode(base58.encode(base58xrp.decode(text))),
};

function bytesOf(codec: { decode: (text: string) => Uint8Array }, text: string): Uint8Array | null {
  try {
    return codec.decode(text);
  } catch {
    // The codecs throw for every text outside their format; that is the answer, not a fault.
    return null;
  }
}

function bytesKey(bytes: Uint8Array): AddressKey {
  return sha256(bytes, 'bytes').subarray(0, addressKeyBytes);
}

function keyOf(text: string): AddressKey {
  return bytesKey(stringToBytes(text));
}

// Reads an address of any supported chain family into one comparison form, and says how far its own checksum vouches for it.
import { base58, base58xrp, bech32, bech32m, createBase58check } from '@scure/base';
import { AddressType, Network as BitcoinNetwork, getAddressInfo } from 'bitcoin-address-validation';
import type { AddressInfo } from 'bitcoin-address-validation';
import { getAddress, hexToBytes, isAddress, sha256 } from 'viem/utils';
import { shownEnds } from '../domain/shown-ends.ts';
import type { Network, NetworkFamily } from './networks.ts';

/** `absent`: the format has a checksum but this text leaves it out. `none-exists`: one wrong letter is another valid address. */
export type AddressChecksum = 'verified' | 'absent' | 'none-exists';

export type AddressReading =
  | {
      kind: 'valid';
      /** The comparison form: equal addresses on one network have equal canonical texts, and only they. */
      canonical: string;
      /** The form for people. */
      display: string;
      checksum: AddressChecksum;
      /** The key, hash or witness program inside, at most 32 bytes. Not an identity: Bitcoin puts one hash in several addresses. */
      bytes: Uint8Array;
    }
  | { kind: 'invalid'; reason: string }
  | { kind: 'unsupported'; reason: string };

type Reader = (text: string, network: Network) => AddressReading;
type Codec = { encode: (bytes: Uint8Array) => string; decode: (text: string) => Uint8Array };

/** Longer than any address format read here; bounds the quadratic work of base58. */
const LONGEST_ADDRESS = 128;

const TRON_PREFIX = 0x41;
const XRPL_ACCOUNT_PREFIX = 0x00;

const base58check: Codec = createBase58check((bytes: Uint8Array) => sha256(bytes, 'bytes'));

/** The XRP Ledger keeps Bitcoin's checksum and only writes the digits in another alphabet: https://xrpl.org/docs/references/protocol/data-types/base58-encodings */
const base58checkXrp: Codec = {
  encode: (bytes) => base58xrp.encode(base58.decode(base58check.encode(bytes))),
  decode: (text) => base58check.decode(base58.encode(base58xrp.decode(text))),
};

const READERS: Record<NetworkFamily, Reader> = {
  evm: readEvm,
  bitcoin: readBitcoin,
  solana: readSolana,
  tron: readTron,
  xrpl: readXrpl,
  // The checksum of both needs code (CRC-16, and Cardano's header rules) that no library in the house has.
  stellar: () => unsupported('Stellar addresses are not checked: their checksum is not supported'),
  cardano: () => unsupported('Cardano addresses are not checked: their format is not supported'),
};

export function readAddress(network: Network | null, text: string): AddressReading {
  if (network === null) return unsupported('the network is unknown');
  if (text.length > LONGEST_ADDRESS) return invalid('too long for an address');
  if (!/^[\x21-\x7e]+$/.test(text)) return invalid('empty, or has characters that no address has');
  return READERS[network.family](text, network);
}

/** Null when either text can't be read as an address of that network: unknown is not "different" and not "the same". */
export function sameAddress(network: Network | null, a: string, b: string): boolean | null {
  const first = readAddress(network, a);
  const second = readAddress(network, b);
  if (first.kind !== 'valid' || second.kind !== 'valid') return null;
  return first.canonical === second.canonical;
}

/**
 * A different address that shows the same first four and last four characters: address poisoning.
 * Letters are compared without case on every network, because the eye does; it also works on texts that can't be read.
 */
export function looksAlike(network: Network | null, a: string, b: string): boolean {
  const [first, second] = [comparisonForm(network, a), comparisonForm(network, b)];
  const shown = shownEnds(first);
  return first !== second && shown !== null && shown === shownEnds(second);
}

/** The canonical text where it can be read, the text itself otherwise. */
export function comparisonForm(network: Network | null, text: string): string {
  const reading = readAddress(network, text);
  if (reading.kind === 'valid') return reading.canonical;
  return /^0x[0-9a-f]+$/i.test(text) ? text.toLowerCase() : text;
}

/** EIP-55, https://eips.ethereum.org/EIPS/eip-55. Text in one case only carries no checksum, even where it happens to be the right case. */
function readEvm(text: string): AddressReading {
  if (!isAddress(text, { strict: false })) return invalid('not 0x and 40 hexadecimal digits');
  const digits = text.slice(2);
  const canonical = text.toLowerCase();
  const display = getAddress(canonical);
  const oneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  if (!oneCase && text !== display) return invalid('the EIP-55 checksum (upper and lower case letters) is wrong');
  const bytes = hexToBytes(display);
  return { kind: 'valid', canonical, display, checksum: oneCase ? 'absent' : 'verified', bytes };
}

function readBitcoin(text: string, network: Network): AddressReading {
  const info = bitcoinInfo(text);
  if (info === null) return invalid('not a Bitcoin address, or its checksum is wrong');
  const wanted = network.testnet ? BitcoinNetwork.testnet : BitcoinNetwork.mainnet;
  if (info.network !== wanted) return invalid(`a Bitcoin address of another network (${info.network})`);
  if (info.type === AddressType.unknown) {
    return unsupported('a SegWit version without a meaning yet: anyone could spend what is sent there');
  }
  return info.bech32 ? readSegwit(text) : readBase58check(base58check, text, null);
}

function bitcoinInfo(text: string): AddressInfo | null {
  try {
    return getAddressInfo(text);
  } catch {
    // The library throws for every text that is not an address; that is the answer, not a fault.
    return null;
  }
}

/** The library has judged the address; this only extracts the program and re-encodes it. */
function readSegwit(text: string): AddressReading {
  for (const codec of [bech32, bech32m]) {
    const address = codec.decodeUnsafe(text);
    const program = address && codec.fromWordsUnsafe(address.words.slice(1));
    if (address && program) {
      const canonical = codec.encode(address.prefix, address.words);
      return { kind: 'valid', canonical, display: canonical, checksum: 'verified', bytes: program };
    }
  }
  return invalid('not a SegWit address');
}

function readSolana(text: string): AddressReading {
  const bytes = bytesOf(base58, text);
  if (bytes === null) return invalid('not base58');
  if (bytes.length !== 32) return invalid('a Solana address holds 32 bytes, this text does not');
  const canonical = base58.encode(bytes);
  return { kind: 'valid', canonical, display: canonical, checksum: 'none-exists', bytes };
}

function readTron(text: string): AddressReading {
  return readBase58check(base58check, text, TRON_PREFIX);
}

/** X-addresses carry a destination tag inside, so they are not read as a plain account: https://xrpaddress.info */
function readXrpl(text: string): AddressReading {
  if (/^[XT][0-9A-Za-z]{46}$/.test(text)) return unsupported('an XRPL X-address, which hides a destination tag');
  return readBase58check(base58checkXrp, text, XRPL_ACCOUNT_PREFIX);
}

/** One prefix byte (null: already judged) and a hash of 20 bytes, in base58 with a checksum of four bytes. */
function readBase58check(codec: Codec, text: string, prefix: number | null): AddressReading {
  const bytes = bytesOf(codec, text);
  if (bytes === null) return invalid('not base58, or its checksum is wrong');
  if (bytes.length !== 21) return invalid('the wrong length for an address of this network');
  if (prefix !== null && bytes[0] !== prefix) return invalid('an address of another network');
  const canonical = codec.encode(bytes);
  return {
    kind: 'valid',
    canonical,
    display: canonical,
    checksum: 'verified',
    bytes: bytes.slice(1),
  };
}

function bytesOf(codec: Codec, text: string): Uint8Array | null {
  try {
    return codec.decode(text);
  } catch {
    // The codecs throw for every text outside their format; that is the answer, not a fault.
    return null;
  }
}

function invalid(reason: string): AddressReading {
  return { kind: 'invalid', reason };
}

function unsupported(reason: string): AddressReading {
  return { kind: 'unsupported', reason };
}

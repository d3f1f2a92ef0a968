// Just enough Ethereum to write the payloads of the scenes: ABI words and an unsigned EIP-1559 transaction.

const bare = (hex: string): string => hex.replace(/^0x/, '').toLowerCase();
const wordOf = (hex: string): string => bare(hex).padStart(64, '0');
const wordOfNumber = (value: bigint): string => value.toString(16).padStart(64, '0');

const unlimited = 2n ** 256n - 1n;

export const transferCall = (to: string, amount: bigint): string => `0xa9059cbb${wordOf(to)}${wordOfNumber(amount)}`;

export const unlimitedApproveCall = (spender: string): string =>
  `0x095ea7b3${wordOf(spender)}${wordOfNumber(unlimited)}`;

type Item = string | Item[];

// https://ethereum.org/en/developers/docs/data-structures-and-encoding/rlp/
function rlp(item: Item): string {
  if (typeof item === 'string') {
    const hex = bare(item);
    if (hex.length === 2 && Number.parseInt(hex, 16) < 0x80) return hex;
    return prefix(0x80, hex.length / 2) + hex;
  }
  const body = item.map(rlp).join('');
  return prefix(0xc0, body.length / 2) + body;
}

function prefix(base: number, length: number): string {
  if (length <= 55) return (base + length).toString(16).padStart(2, '0');
  const size = evenHex(length.toString(16));
  return (base + 55 + size.length / 2).toString(16) + size;
}

const evenHex = (hex: string): string => (hex.length % 2 === 0 ? hex : `0${hex}`);
const integer = (value: bigint): string => (value === 0n ? '' : evenHex(value.toString(16)));

/** An unsigned EIP-1559 transaction on Ethereum mainnet, as the custody platform receives it. */
export function unsignedTransaction(call: { nonce: bigint; to: string; data: string }): string {
  const chainId = 1n;
  const maxPriorityFeePerGas = 1_500_000_000n;
  const maxFeePerGas = 30_000_000_000n;
  const gas = 65_000n;
  const numbers = [chainId, call.nonce, maxPriorityFeePerGas, maxFeePerGas, gas].map(integer);
  return `0x02${rlp([...numbers, call.to, '', call.data, []])}`;
}

// Small pools that policies and requests are drawn from, so that they meet; limits and what is next to them come often.
import * as fc from 'fast-check';

export const now = 1_800_000_000;
const most = 2n ** 256n - 1n;

export const addresses = [
  '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
  '0x90F79bf6EB2c4f870365E785982E1f101E93b906',
];
export const solanaKeys = [
  '11111111111111111111111111111111',
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
  'ComputeBudget111111111111111111111111111111',
  '9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM',
];
export const tronKeys = ['TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t', 'TJRabPrwbZy45sbavfcjinPJC18kjpRTv8'];
export const xrplKeys = ['rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe', 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh'];
export const suiKeys = [`0x${'ab'.repeat(32)}`, `0x${'cd'.repeat(32)}`];

const marks = [0n, 1n, 1000n, 10n ** 16n, 10n ** 18n, 2n ** 128n, 2n ** 255n, most];
export const beside = [...new Set(marks.flatMap((mark) => [mark - 1n, mark, mark + 1n]))].filter(
  (n) => n >= 0n && n <= most,
);

export const pick = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const amount = fc.oneof(
  { weight: 6, arbitrary: pick(...beside) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: most }) },
);
export const digits = amount.map(String);
/** As Privy takes numbers: decimal or hexadecimal. */
export const numeral = fc
  .tuple(amount, fc.boolean())
  .map(([value, isHex]) => (isHex ? `0x${value.toString(16)}` : String(value)));
export const address = fc
  .tuple(pick(...addresses), fc.boolean())
  .map(([text, isLower]) => (isLower ? text.toLowerCase() : text));
export const chainId = pick('1', '8453', '10');

export function field(type: string, name: string) {
  return { name, type };
}

export const person = [field('address', 'wallet'), field('string', 'name')];
export const order = [field('address', 'owner'), field('Person', 'to'), field('uint256', 'amount')];
const domainFields = [field('uint256', 'chainId'), field('address', 'verifyingContract')];
export const shapes = [
  { Order: order, Person: person },
  { Person: person, Order: order },
  { EIP712Domain: domainFields, Order: order, Person: person },
  { Order: order.toReversed(), Person: person },
];

export const methods: Readonly<Record<string, readonly string[]>> = {
  ethereum: [
    'eth_sendTransaction',
    'eth_sendTransaction',
    'eth_signTransaction',
    'eth_signTransaction',
    'eth_signTypedData_v4',
    'personal_sign',
    'eth_sign7702Authorization',
    'transfer',
    'exportPrivateKey',
  ],
  solana: ['signTransaction', 'signAndSendTransaction'],
  tron: ['tron_signTransaction'],
  xrpl: ['xrpl_signTransaction'],
  sui: ['signTransactionBytes'],
};

export const chains = pick('ethereum', 'ethereum', 'ethereum', 'ethereum', 'solana', 'solana', 'tron', 'xrpl', 'sui');

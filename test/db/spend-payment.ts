// Payments for tests: everything but what the test is about is the same.
import type { Payment } from '../../src/domain/spend.ts';
import { connection, noon } from '../builders.ts';

export const noDimensions: Payment['dimensions'] = {
  wallet: [],
  network: [],
  asset: [],
  recipient: [],
  initiator: [],
  credential: [],
  counterparty: [],
  activity: [],
  'transaction-type': [],
  method: [],
};

export function aPayment(
  overrides: Partial<Omit<Payment, 'dimensions'>> & { dimensions?: Partial<Payment['dimensions']> } = {},
): Payment {
  return {
    connection,
    reference: 'xfr-1',
    amountBase: '1000000',
    fiat: { value: '1', currency: 'USD' },
    at: noon,
    ...overrides,
    dimensions: {
      ...noDimensions,
      wallet: ['wa-1'],
      network: ['Ethereum'],
      asset: ['Ethereum/native'],
      activity: ['transfer'],
      ...overrides.dimensions,
    },
  };
}

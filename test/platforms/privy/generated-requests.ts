// Requests at random, in Privy's own form: most are plain, some are damaged.
import * as fc from 'fast-check';
import { toFunctionSelector } from 'viem/utils';
import {
  address,
  addresses,
  amount,
  chainId,
  chains,
  digits,
  methods,
  now,
  numeral,
  order,
  person,
  pick,
  shapes,
  solanaKeys,
  suiKeys,
  tronKeys,
  xrplKeys,
} from './generated-pools.ts';
import type { PrivyPast, PrivyRequest } from './reference-form.ts';

const word = (digitsOf: string): string => digitsOf.padStart(64, '0');
const calls = ['transfer(address,uint256)', 'approve(address,uint256)', 'burn(address,uint256)'];

const data = fc.oneof(
  { weight: 4, arbitrary: pick('0x') },
  {
    weight: 6,
    arbitrary: fc
      .tuple(pick(...calls), address, amount)
      .map(
        ([call, to, value]) =>
          `${toFunctionSelector(call)}${word(to.slice(2).toLowerCase())}${word(value.toString(16))}`,
      ),
  },
  {
    weight: 2,
    arbitrary: amount.map((value) => `${toFunctionSelector('deposit(uint256)')}${word(value.toString(16))}`),
  },
  { weight: 1, arbitrary: pick(toFunctionSelector('deposit()'), '0x1234', `${toFunctionSelector('deposit()')}00`) },
  {
    weight: 1,
    arbitrary: pick(`0xa9059cbb${'f'.repeat(128)}`, `0xa9059cbb${word('1')}`, `0xa9059cbb${word('')}${word('1')}00`),
  },
);

const transaction = fc.record({
  to: fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: pick(null) }),
  value: digits,
  chain_id: fc.oneof({ weight: 9, arbitrary: chainId }, { weight: 1, arbitrary: pick(null) }),
  data,
});

const typed = fc.record({
  types: fc.oneof(pick(...shapes), pick({ Order: order, Person: person, Other: person })),
  primary_type: pick('Order', 'Order', 'Order', 'Person'),
  domain: fc.record(
    { chainId: pick<unknown>(1, '8453', '0xa'), verifyingContract: address },
    { requiredKeys: ['chainId'] },
  ),
  message: fc.record({
    owner: address,
    to: fc.record({
      wallet: fc.oneof({ weight: 9, arbitrary: address }, { weight: 1, arbitrary: pick('nobody') }),
      name: pick('Bob'),
    }),
    amount: fc.oneof<fc.Arbitrary<unknown>[]>(numeral, pick(0, 1, 1000)),
  }),
});

const instruction = fc.oneof(
  pick(...solanaKeys).map((programId) => ({ 'solana_program_instruction.programId': programId })),
  fc.record({
    'solana_program_instruction.programId': pick(solanaKeys[0] ?? ''),
    'solana_system_program_instruction.instructionName': pick('Transfer'),
    'solana_system_program_instruction.Transfer.to': pick(...solanaKeys),
    'solana_system_program_instruction.Transfer.lamports': digits,
  }),
  fc.record({
    'solana_program_instruction.programId': pick(solanaKeys[1] ?? ''),
    'solana_token_program_instruction.instructionName': pick('TransferChecked'),
    'solana_token_program_instruction.TransferChecked.amount': digits,
  }),
);

const one = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> => value.map((found) => [found]);

const fields: Readonly<Record<string, fc.Arbitrary<Readonly<Record<string, readonly string[]>>>>> = {
  ethereum: fc.record(
    {
      'ethereum_7702_authorization.contract': one(address),
      'tempo_transaction.valid_before': one(digits),
      'action_request_body.destination.address': one(address),
      'action_request_body.source.amount': one(pick('1', '1.50', '24.999999', '25', '25.000001')),
    },
    { requiredKeys: [] },
  ),
  tron: fc.record(
    {
      'tron_transaction.TransferContract.to_address': one(pick(...tronKeys)),
      'tron_transaction.TransferContract.amount': one(digits),
    },
    { requiredKeys: ['tron_transaction.TransferContract.amount'] },
  ),
  xrpl: fc.record({
    'xrpl_transaction.TransactionType': one(pick('Payment')),
    'xrpl_transaction.Payment.Destination': one(pick(...xrplKeys)),
    'xrpl_transaction.Payment.Amount.drops': one(digits),
  }),
  sui: fc.record({
    'sui_transaction_command.commandName': fc.array(
      pick('TransferObjects', 'TransferObjects', 'SplitCoins', 'MoveCall'),
      { minLength: 1, maxLength: 3 },
    ),
    'sui_transfer_objects_command.recipient': fc.array(pick(...suiKeys), { minLength: 1, maxLength: 2 }),
    'sui_transfer_objects_command.amount': fc.array(digits, { minLength: 1, maxLength: 2 }),
  }),
};

export const requests: fc.Arbitrary<PrivyRequest> = chains.chain((chain_type) =>
  fc.record({
    chain_type: pick(chain_type),
    method: pick(...(methods[chain_type] ?? [])),
    unix_seconds: pick(now - 1, now, now + 1),
    transaction: chain_type === 'ethereum' ? fc.option(transaction, { freq: 9 }) : pick(null),
    typed_data: chain_type === 'ethereum' ? fc.option(typed, { freq: 4 }) : pick(null),
    message: chain_type === 'ethereum' ? pick('Sign in', 'Sign inn', 'pay', 'grün', 'ü', null) : pick(null),
    instructions: chain_type === 'solana' ? fc.array(instruction, { minLength: 1, maxLength: 3 }) : pick([]),
    fields: fields[chain_type] ?? pick({}),
  }),
);

export const pasts: fc.Arbitrary<readonly PrivyPast[]> = fc.array(
  fc.record({
    to: address,
    value: fc.oneof(digits, pick('1', '999', '1000')),
    chain_id: pick('8453', '1'),
    unix_seconds: pick(60, 3599, 3600, 3601, 86_399, 86_400, 86_401, 300_000).map((ago) => now - ago),
  }),
  { maxLength: 6 },
);

const plain: PrivyRequest = {
  chain_type: 'ethereum',
  method: 'eth_signTransaction',
  unix_seconds: now,
  transaction: null,
  typed_data: null,
  message: null,
  instructions: [],
  fields: {},
};

export const spendingRequests: fc.Arbitrary<PrivyRequest> = fc
  .record({
    to: pick(...addresses.slice(0, 2)),
    value: pick('0', '1', '999', '1000', '1001'),
    chain_id: pick('8453'),
    data: pick('0x'),
  })
  .map((found) => ({ ...plain, transaction: found }));

/** At the very edge of each window, too. */
export const spendingPasts: fc.Arbitrary<readonly PrivyPast[]> = fc.array(
  fc.record({
    to: pick(...addresses.slice(0, 2)),
    value: pick('0', '1', '999', '1000'),
    chain_id: pick('8453', '8453', '1'),
    unix_seconds: pick(0, 3599, 3600, 86_399, 86_400, 259_199, 259_200).map((ago) => now - ago),
  }),
  { minLength: 1, maxLength: 2 },
);

export const signingRequests: fc.Arbitrary<PrivyRequest> = typed.map((typed_data) => ({
  ...plain,
  method: 'eth_signTypedData_v4',
  typed_data,
}));

import { encodeFunctionData, encodePacked, parseAbi, type Hex } from 'viem';
import { describe, expect, test } from 'vitest';
import { calldata } from '../../src/checks/calldata.ts';
import { signedData } from '../../src/checks/signed-data.ts';
import { readCallSteps } from '../../src/chains/call-steps.ts';
import { noRequest, type Activity } from '../../src/domain/activity.ts';
import { usdcContract } from '../builders.ts';
import { find } from './find.ts';

const thief = '0x098B716B8Aaf21512996dC57EB0615e2383E2f96';
const vault = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const unlimited = 2n ** 256n - 1n;

const abi = parseAbi([
  'function transfer(address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function setApprovalForAll(address operator, bool approved)',
  'function transferOwnership(address owner)',
  'function upgradeTo(address implementation)',
  'function upgradeToAndCall(address implementation, bytes data)',
  'function multicall(bytes[] calls)',
  'function aggregate3((address target, bool allowFailure, bytes data)[] calls)',
  'function execute(address target, uint256 value, bytes data)',
  'function executeBatch(address[] targets, uint256[] values, bytes[] data)',
  'function multiSend(bytes transactions)',
  'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)',
  'function harmless(uint256 number)',
]);

const transfer = encodeFunctionData({ abi, functionName: 'transfer', args: [vault, 1n] });
const approve = (amount: bigint): Hex => encodeFunctionData({ abi, functionName: 'approve', args: [thief, amount] });

function calling(data: string, to: string | null = usdcContract, valueBase = '0'): Partial<Activity> {
  return { kind: 'contract-call', request: { ...noRequest, call: { chainId: '1', to, valueBase, data } } };
}

function safe(operation: number, data: Hex = transfer): Hex {
  const zero = '0x0000000000000000000000000000000000000000';
  const args = [vault, 0n, data, operation, 0n, 0n, 0n, zero, zero, '0x'] as const;
  return encodeFunctionData({ abi, functionName: 'execTransaction', args });
}

function multicall(...calls: readonly Hex[]): Hex {
  return encodeFunctionData({ abi, functionName: 'multicall', args: [calls] });
}

function multiSend(operation: number, data: Hex): Hex {
  const bytes = BigInt((data.length - 2) / 2);
  const packed = encodePacked(['uint8', 'address', 'uint256', 'uint256', 'bytes'], [operation, vault, 0n, bytes, data]);
  return encodeFunctionData({ abi, functionName: 'multiSend', args: [packed] });
}

const whole = '115792089237316195423570985008687907853269984665640564039457584007913129639935';

describe('calldata', () => {
  test('passes a transfer that the platform builds, and one that a call is', () => {
    expect(find(calldata).outcome).toBe('pass');
    expect(find(calldata, calling(transfer)).outcome).toBe('pass');
    expect(find(calldata, calling('0x', vault, '5')).outcome).toBe('pass');
  });

  test.each<readonly [string, Partial<Activity>, RegExp]>([
    ['an unlimited approval', calling(approve(unlimited)), /^unlimited approval: lets 0x098b.* spend any amount/],
    ['a limited approval', calling(approve(5n)), /spend up to 5 base units/],
    [
      'moving what somebody else holds',
      calling(encodeFunctionData({ abi, functionName: 'transferFrom', args: [vault, thief, 1n] })),
      /from 0x7099.* to 0x098b/,
    ],
    [
      'an approval for a whole collection',
      calling(encodeFunctionData({ abi, functionName: 'setApprovalForAll', args: [thief, true] })),
      /every NFT/,
    ],
    [
      'a new owner',
      calling(encodeFunctionData({ abi, functionName: 'transferOwnership', args: [thief] })),
      /another owner/,
    ],
    ['new code', calling(encodeFunctionData({ abi, functionName: 'upgradeTo', args: [thief] })), /replaces the code/],
    [
      'new code that runs at once',
      calling(encodeFunctionData({ abi, functionName: 'upgradeToAndCall', args: [thief, transfer] })),
      /delegatecall/,
    ],
    ['an approval inside a multicall', calling(multicall(transfer, approve(unlimited))), /unlimited approval/],
    ['an approval two calls deep', calling(multicall(multicall(approve(unlimited)))), /unlimited approval/],
    [
      'an approval inside an aggregate',
      calling(
        encodeFunctionData({
          abi,
          functionName: 'aggregate3',
          args: [[{ target: vault, allowFailure: false, data: approve(unlimited) }]],
        }),
      ),
      /unlimited approval/,
    ],
    [
      'an approval that another contract executes',
      calling(encodeFunctionData({ abi, functionName: 'execute', args: [vault, 0n, approve(unlimited)] })),
      /unlimited approval/,
    ],
    [
      'an approval in a batch',
      calling(encodeFunctionData({ abi, functionName: 'executeBatch', args: [[vault], [], [approve(unlimited)]] })),
      /unlimited approval/,
    ],
    ['a delegatecall of a Safe', calling(safe(1)), /as its own \(delegatecall\)/],
    ['a delegatecall in a multiSend', calling(multiSend(1, transfer)), /as its own \(delegatecall\)/],
    ['an approval in a multiSend', calling(multiSend(0, approve(unlimited))), /unlimited approval/],
    ['a new contract', calling('0x6001', null), /creates a contract/],
    [
      'what the connector found dangerous',
      { kind: 'contract-call', decoded: { kind: 'other', words: 'lets somebody spend', dangerous: true } },
      /^lets somebody spend$/,
    ],
  ])('flags %s, with the danger first', (_, activity, danger) => {
    const { outcome, evidence } = find(calldata, activity);

    expect(outcome).toBe('flag');
    expect(Object.keys(evidence)[0]).toBe('danger');
    expect(evidence['danger']).toMatch(danger);
  });

  test('flags a function that nobody here knows, and a wrapper with nothing dangerous in it, without calling it a danger', () => {
    const unknown = find(calldata, calling(encodeFunctionData({ abi, functionName: 'harmless', args: [5n] })));

    expect(unknown).toMatchObject({
      outcome: 'flag',
      evidence: { 'step 1': expect.stringContaining('calls the function') },
    });
    expect(unknown.evidence).not.toHaveProperty('danger');
  });

  test.each<readonly [string, Partial<Activity>]>([
    ['call data that are no hexadecimal', calling('0xnothing')],
    ['a contract call without its data', { kind: 'contract-call' }],
    ['a raw transaction without its data', { kind: 'raw-transaction' }],
  ])('is unavailable for %s', (_, activity) => {
    expect(find(calldata, activity).outcome).toBe('unavailable');
  });

  test('an approval of nothing takes a right away, and is no danger', () => {
    const { outcome, evidence } = find(calldata, calling(approve(0n)));

    expect(outcome).toBe('flag');
    expect(evidence).not.toHaveProperty('danger');
  });
});

const read = (data: string) => readCallSteps({ to: usdcContract, valueBase: '0', data });

describe('call steps', () => {
  test('stop at four levels and at a hundred calls, and say so', () => {
    const deep = [0, 1, 2, 3, 4].reduce<Hex>((inner) => multicall(inner), transfer);
    const wide = multicall(...Array.from({ length: 150 }, () => transfer));

    expect(read(deep).unread).toEqual(['its calls are nested more than 4 deep']);
    expect(read(wide).unread).toEqual(['it holds more than 100 calls']);
    expect(read(wide).steps).toHaveLength(100);
  });

  test('a wrapper with data that are not its own is not taken for an empty one', () => {
    expect(read('0xac9650d8ff').unread).toEqual(['the calls inside 0xac9650d8 cannot be decoded']);
    expect(
      read(`0x8d80ff0a${'0'.repeat(62)}20${'0'.repeat(62)}05${'1'.repeat(10).padEnd(64, '0')}`).unread,
    ).toHaveLength(1);
  });

  test('name every address once, in lower case, those of unknown functions too', () => {
    const strange = `0x12345678${thief.slice(2).toLowerCase().padStart(64, '0').repeat(2)}`;

    expect(read(strange).addresses).toEqual([usdcContract, thief].map((address) => address.toLowerCase()));
    expect(read(multicall(approve(5n))).addresses).toContain(thief.toLowerCase());
  });
});

const typed = (primaryType: string, message: object): Partial<Activity> => ({
  kind: 'typed-data',
  request: { ...noRequest, typedData: JSON.stringify({ types: {}, domain: {}, primaryType, message }) },
});

describe('signed-data', () => {
  test.each<readonly [string, Partial<Activity>, RegExp]>([
    ['a permit', typed('Permit', { spender: thief, value: '5' }), /^lets another account spend a token, by signature$/],
    ['a permit without a limit', typed('Permit', { spender: thief, value: whole }), /any amount$/],
    ['a permit through Permit2', typed('PermitSingle', { details: {} }), /through Permit2/],
    ['an authorisation to move tokens', typed('TransferWithAuthorization', {}), /moves tokens/],
    ['an order', typed('OrderComponents', {}), /for sale/],
    [
      'a delegatecall of a Safe',
      typed('SafeTx', { to: vault, value: '0', data: transfer, operation: 1 }),
      /^runs foreign code as the Safe itself \(delegatecall\)/,
    ],
    [
      'an approval by a Safe',
      typed('SafeTx', { to: vault, value: 0, data: approve(unlimited), operation: 0 }),
      /unlimited approval/,
    ],
  ])('flags %s, with the danger first', (_, activity, danger) => {
    const { outcome, evidence } = find(signedData, activity);

    expect(outcome).toBe('flag');
    expect(Object.keys(evidence)[0]).toBe('danger');
    expect(evidence['danger']).toMatch(danger);
  });

  test('flags typed data that nobody here knows, a message, and a hash', () => {
    expect(find(signedData, typed('Vote', {})).words).toContain('"Vote"');
    expect(find(signedData, { request: { ...noRequest, message: 'log in' } })).toMatchObject({
      outcome: 'flag',
      evidence: { message: 'log in' },
    });
    expect(find(signedData, { kind: 'raw-signature' }).outcome).toBe('flag');
  });

  test.each<readonly [string, Partial<Activity>]>([
    ['typed data that are no JSON', { request: { ...noRequest, typedData: 'x' } }],
    ['typed data without a primary type', { request: { ...noRequest, typedData: '{}' } }],
    ['typed data that are not known', { kind: 'typed-data' }],
    ['a message that is not known', { kind: 'message-signature' }],
  ])('is unavailable for %s', (_, activity) => {
    expect(find(signedData, activity).outcome).toBe('unavailable');
  });

  test('passes a transfer', () => {
    expect(find(signedData).outcome).toBe('pass');
  });
});

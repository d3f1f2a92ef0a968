// What rules look at beside the activity: method, tags, the call by itself, typed data and messages.
import { afterEach, describe, expect, test } from 'vitest';
import type { Activity } from '../../../src/domain/activity.ts';
import { fingerprintOf } from '../../../src/domain/fingerprint.ts';
import { createApi } from '../../../src/platforms/dfns/api.ts';
import { createLookups } from '../../../src/platforms/dfns/lookups.ts';
import { readTypedData } from '../../../src/chains/typed-data.ts';
import { documentOf, exact, serviceAccount, translated, wireOf } from './fixtures.ts';
import { startRecording, type RecordingServer, type Reply } from './recording-server.ts';

const usdc = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
const transferData = `0xa9059cbb${'0'.repeat(24)}b282dc7cde21717f18337a596e91ded00b79b25f${'0'.repeat(55)}5d21dba00`;

function requestOf(name: string, body: object, fields: object = {}): Activity['request'] {
  const approval = {
    id: 'ap-1',
    initiatorId: 'us-1',
    status: 'Pending',
    activity: { kind: 'Wallets:Sign', [name]: { id: 'x-1', network: 'Ethereum', requestBody: body, ...fields } },
    policyEvaluations: [],
    decisions: [],
  };
  return translated(exact(JSON.stringify(approval))).activity.request;
}

describe('a request', () => {
  test.each([
    ['native-transfer', 'Wallets:Sign', 'Native'],
    ['erc20-transfer', 'Wallets:Sign', 'Erc20'],
    ['evm-transaction-json', 'Wallets:Sign', 'Evm'],
    ['signature-hash', 'Wallets:Sign', 'Hash'],
    ['policies-modify-update', 'Policies:Modify', null],
    ['registry-addresses-modify', 'Registry:Addresses:Modify', null],
  ])('%s has the method %s and the type %s', (name, method, transactionType) => {
    const { request } = translated(documentOf(`approvals/${name}.json`)).activity;
    expect(request).toMatchObject({ method, transactionType });
  });

  test.each([
    ['policies-modify-update', { policyId: ['plc-hjnmu-lhn0f-uoh6hooujdn4ttef'] }],
    ['permissions-modify', { permissionId: ['pm-snek1-kj9in-7mm1o6a0694ovq5e'] }],
    ['permissions-assign', { permissionId: ['pm-snek1-kj9in-7mm1o6a0694ovq5e'] }],
    ['registry-addresses-modify', {}],
  ])('%s says which policy or permission it changes', (name, fields) => {
    expect(translated(documentOf(`approvals/${name}.json`)).activity.request.fields).toEqual(fields);
  });

  test('names the token that it was made with', () => {
    const { request } = translated(documentOf('approvals/native-transfer.json')).activity;
    expect(request.credential).toMatch(/^to-/);
  });

  test('has its call by itself, whatever it does, written as JSON or as bytes', () => {
    const whole = { chainId: '1', to: usdc, valueBase: '0', data: transferData };
    const evm = {
      kind: 'Evm',
      to: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
      data: transferData.toUpperCase().replace('0X', '0x'),
    };

    expect(requestOf('transactionRequest', evm).call).toEqual(whole);
    expect(requestOf('transactionRequest', { kind: 'Evm', to: usdc, value: '0x10', data: '0xdeadbeef' }).call).toEqual({
      ...whole,
      valueBase: '16',
      data: '0xdeadbeef',
    });
    expect(requestOf('transactionRequest', { kind: 'Evm', value: '1', data: '0x6000' }).call).toEqual({
      ...whole,
      to: null,
      valueBase: '1',
      data: '0x6000',
    });
    expect(translated(documentOf('approvals/evm-transaction-raw-hex.json')).activity.request.call).toEqual(whole);
    expect(
      requestOf('transactionRequest', { kind: 'UserOperations', userOperations: [{ to: usdc, data: transferData }] })
        .call,
    ).toEqual(whole);
  });

  test.each([
    ['on another chain', { kind: 'Transaction', transaction: { to: usdc, value: '1', chainId: 137 } }],
    ['with a field that is not known', { kind: 'Evm', to: usdc, authorizationList: [] }],
    ['to no address', { kind: 'Evm', to: 'vitalik.eth', value: '1' }],
    ['of bytes that are no transaction', { kind: 'Transaction', transaction: '0x1234' }],
    ['of several operations', { kind: 'UserOperations', userOperations: [{ to: usdc }, { to: usdc }] }],
    ['that only transfers', null],
  ])('%s has none', (_, body) => {
    const request =
      body === null
        ? requestOf('transferRequest', { kind: 'Native', to: usdc, amount: '1' })
        : requestOf('transactionRequest', body);
    expect(request.call).toBeNull();
  });

  test('has its typed data as EIP-712 writes it, with the type that Dfns leaves out and every digit of its numbers', () => {
    const { request } = translated(documentOf('approvals/signature-eip712-permit.json')).activity;
    const reading = readTypedData(request.typedData ?? '');
    expect(reading).toMatchObject({ kind: 'read', primaryType: 'Permit' });

    const types = { Order: [{ name: 'amount', type: 'uint256' }] };
    const body = { kind: 'Eip712', types, domain: { chainId: 1 }, message: { amount: 0 } };
    const text = JSON.stringify({
      id: 'ap-1',
      initiatorId: 'us-1',
      status: 'Pending',
      activity: { kind: 'Wallets:Sign', signatureRequest: { requestBody: body } },
      policyEvaluations: [],
      decisions: [],
    });
    const exactly = translated(exact(text.replace('"amount":0', `"amount":${2n ** 256n - 1n}`))).activity.request
      .typedData;
    expect(exactly).toBe(
      `{"types":${JSON.stringify(types)},"primaryType":"Order","domain":{"chainId":1},"message":{"amount":${2n ** 256n - 1n}}}`,
    );
  });

  test.each([
    ['two types that nobody refers to', { kind: 'Eip712', types: { A: [], B: [] }, domain: {}, message: {} }],
    ['no message', { kind: 'Eip712', types: { A: [] }, domain: {} }],
    ['another standard', { kind: 'Snip12', primaryType: 'A', types: { A: [] }, domain: {}, message: {} }],
  ])('with %s has no typed data', (_, body) => {
    expect(requestOf('signatureRequest', body).typedData).toBeNull();
  });

  test('has its message as text, or none when it is not readable', () => {
    expect(requestOf('signatureRequest', { kind: 'Eip191', message: 'Log in' }).message).toBe('Log in');
    expect(requestOf('signatureRequest', { kind: 'Message', message: '0x4c6f6720696e' }).message).toBe('Log in');
    expect(requestOf('signatureRequest', { kind: 'Message', message: '0x00ff10' }).message).toBeNull();
  });
});

describe('wallet tags', () => {
  let server: RecordingServer | null = null;
  afterEach(async () => {
    await server?.stop();
    server = null;
  });

  async function tagsOf(name: string, wallet: Reply, now: () => number = () => 0) {
    server = await startRecording(({ path }) => {
      if (path.startsWith('/wallets/')) return wallet;
      return path.startsWith('/keys/') ? { body: { wallets: [{ id: 'wa-1', network: 'Ethereum' }] } } : { status: 404 };
    });
    const api = createApi({
      baseUrl: server.url,
      token: 't',
      serviceAccount,
      signer: { key: null, credentialId: null },
    });
    const lookups = createLookups(api, serviceAccount, now);
    const approval = wireOf(documentOf(`approvals/${name}.json`));
    return { read: async () => (await lookups(approval)).walletTags, asked: server.asked };
  }

  test('are those of the wallet, also behind a key, and none are known when it cannot be read', async () => {
    const found = { body: { id: 'wa-1', name: 'Hot', tags: ['treasury', 'strict'] } };
    expect(await (await tagsOf('native-transfer', found)).read()).toEqual(['treasury', 'strict']);
    await server?.stop();
    expect(await (await tagsOf('signature-hash', found)).read()).toEqual(['treasury', 'strict']);
    for (const reply of [{ status: 500 }, { body: {} }, { body: { tags: 'treasury' } }, { body: { tags: [7] } }]) {
      await server?.stop();
      expect(await (await tagsOf('native-transfer', reply)).read()).toBeNull();
    }
  });

  test('are asked for again after a minute, and once in between', async () => {
    let now = 0;
    const { read, asked } = await tagsOf('native-transfer', { body: { tags: [] } }, () => now);
    const walletReads = () => asked.filter(({ path }) => path.startsWith('/wallets/')).length;

    await read();
    now = 59_999;
    await read();
    expect(walletReads()).toBe(1);
    now = 60_001;
    await read();

    expect(walletReads()).toBe(2);
  });

  test('are for rules, and not in the fingerprint', () => {
    const document = documentOf('approvals/native-transfer.json');
    const [plain, tagged] = [translated(document), translated(document, { walletTags: ['strict'] })];
    expect(plain.activity.request.walletTags).toBeNull();
    expect(tagged.activity.request.walletTags).toEqual(['strict']);
    expect(fingerprintOf(tagged)).toBe(fingerprintOf(plain));
  });
});

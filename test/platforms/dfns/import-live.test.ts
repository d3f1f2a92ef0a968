// Importing the policies of a live connection: every page, with its numbers as they were written.
import { afterEach, expect, test } from 'vitest';
import { dfnsLanguage } from '../../../src/platforms/dfns/index.ts';
import { connectPlatforms } from '../../../src/platforms/index.ts';
import { startCustody } from '../../../src/sandbox/custody/index.ts';
import { compiled, draftOf } from './imported.ts';
import { startRecording, type RecordingServer, type Reply } from './recording-server.ts';
import { connectTo } from './sandbox-connection.ts';

const settings = { connection: 'treasury', stage: 'live', options: {} } as const;

let server: RecordingServer | null = null;
afterEach(async () => {
  await server?.stop();
  server = null;
});

async function readFrom(answer: (path: string) => Reply) {
  server = await startRecording(({ path }) => answer(path));
  const connection = { name: 'treasury', platform: 'dfns', baseUrl: server.url, webhookSecrets: ['whs-test'] };
  const connected = connectPlatforms([{ ...connection, credentials: { userId: 'us-1', token: 't' } }], () => 0);
  return connected.get('treasury')?.readPolicies?.();
}

const policy = (id: string, limit: string) =>
  `{"id":"${id}","status":"Active","activityKind":"Wallets:Sign","action":{"kind":"Block"},"rule":{"kind":"TransactionAmountLimit","configuration":{"limit":${limit},"currency":"USD"}}}`;

test('the sandbox’s policies import whole', async () => {
  const custody = await startCustody();
  try {
    const policies = await connectTo(custody).readPolicies?.();

    const text = policies?.kind === 'read' ? policies.text : '';
    const { draft, remarks } = draftOf(dfnsLanguage.importPolicies(text, settings));
    expect(draft.sets[0]?.rules.length).toBeGreaterThan(2);
    expect(remarks).toHaveLength(1);
    expect(() => compiled(draft)).not.toThrow();
  } finally {
    await custody.stop();
  }
});

test('every page is read, and no digit of a limit is lost', async () => {
  const policies = await readFrom((path) =>
    path.includes('paginationToken')
      ? { text: `{"items":[${policy('plc-2', '5')}]}` }
      : { text: `{"items":[${policy('plc-1', '123456789012345678901.25')}],"nextPageToken":"more"}` },
  );

  const { draft } = draftOf(dfnsLanguage.importPolicies(policies?.kind === 'read' ? policies.text : '', settings));
  expect(JSON.stringify(draft)).toContain('123456789012345678901.25 USD');
  expect(draft.sets[0]?.rules.map(({ id }) => id)).toEqual(['plc-1', 'plc-2']);
});

test('a list that breaks off, or that may not be read, is unavailable with the reason', async () => {
  expect(await readFrom(() => ({ status: 403, body: { error: { message: 'no' } } }))).toMatchObject({
    kind: 'unavailable',
    reason: expect.stringContaining('403'),
  });
  await server?.stop();
  expect(await readFrom(() => ({ text: '{"items":7}' }))).toMatchObject({ kind: 'unavailable' });
});

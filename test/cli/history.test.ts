// countersign history import: files with and without faults, the platform's list, and the same again.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../src/db/connect.ts';
import { readPayments } from '../../src/cli/history-payments.ts';
import { readRows } from '../../src/cli/history-rows.ts';
import { prepareKeys } from '../../src/db/spend-keys.ts';
import { spendKeyOf } from '../../src/db/spend-match.ts';
import { sumsOf } from '../../src/db/spend-totals.ts';
import { noon, newRecipient, usdcContract } from '../builders.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { startRecording, type RecordingServer, type Reply } from '../platforms/dfns/recording-server.ts';
import { deploy, runHere, type Deployment, type Ended } from './lab.ts';

const head = 'reference,at,wallet,network,asset,recipient,initiator,activity,amount,value,currency';
const good = [
  head,
  `xfr-1,2026-09-01T08:00:00Z,wa-1,Ethereum,${usdcContract},${newRecipient},us-1,,1500000,1.50,USD`,
  `xfr-2,2026-09-02T08:00:00+02:00,wa-1,Ethereum,native,,,,115792089237316195423570985008687907853269984665640564039457584007913129639935,,`,
  '',
].join('\n');

const read = (text: string) => readPayments(readRows(text), { connection: 'treasury', platform: 'dfns', now: noon });

describe('a file of payments', () => {
  it('becomes payments in canonical form, exact to the last digit', () => {
    const { payments, faults } = read(good);

    expect(faults).toEqual([]);
    expect(payments).toMatchObject([
      {
        reference: 'xfr-1',
        amountBase: '1500000',
        fiat: { value: '1.50', currency: 'USD' },
        at: Date.UTC(2026, 8, 1, 8),
        dimensions: {
          wallet: ['wa-1'],
          network: ['Ethereum'],
          asset: [`Ethereum/${usdcContract.toLowerCase()}`],
          recipient: [`Ethereum/${newRecipient.toLowerCase()}`],
          initiator: ['us-1'],
          activity: ['transfer'],
        },
      },
      { reference: 'xfr-2', at: Date.UTC(2026, 8, 2, 6), amountBase: (2n ** 256n - 1n).toString(), fiat: null },
    ]);
  });

  it('may be JSON lines, with recipients as a list', () => {
    const other = '0x2222222222222222222222222222222222222222';
    const row = { reference: 'x', at: '2026-09-01T08:00:00Z', network: 'Base', recipient: [newRecipient, other] };

    const { payments, faults } = read(`${JSON.stringify(row)}\n\n`);

    expect(faults).toEqual([]);
    expect(payments[0]?.dimensions.recipient).toEqual([`Base/${newRecipient.toLowerCase()}`, `Base/${other}`]);
  });

  it('may hold quoted cells with commas, quotation marks and line ends, and the same payment twice', () => {
    const { payments, faults } = read('\uFEFFat,wallet,reference\r\n2026-09-01T08:00:00Z,"a ""b"", c\nd",x\r\n');
    expect(faults).toEqual([]);
    expect(payments[0]?.dimensions.wallet).toEqual(['a "b", c\nd']);

    const line = 'xfr-1,2026-09-01T08:00:00Z';
    expect(read(`reference,at\n${line}\n${line}\n`)).toMatchObject({ faults: [], payments: [{ reference: 'xfr-1' }] });
  });

  it.each([
    ['', 1, 'the file is empty'],
    ['reference,at,colour\n', 1, 'there is no column "colour"'],
    ['reference,at,at\n', 1, '"at" is there twice'],
    ['reference,at\nx\n', 2, 'it has 1 cells, the first line has 2'],
    ['reference,at\n"x,2026-09-01T08:00:00Z\n', 2, 'a quotation mark is not closed'],
    ['reference,at\n,2026-09-01T08:00:00Z\n', 2, 'it has no reference'],
    ['reference,at\nx,2026-09-01\n', 2, 'its "at" is not an instant'],
    ['reference,at\nx,2026-12-01T00:00:00Z\n', 2, 'it is in the future'],
    ['reference,at,activity\nx,2026-09-01T08:00:00Z,gift\n', 2, '"gift" is no activity'],
    ['reference,at,activity\nx,2026-09-01T08:00:00Z,policy-change\n', 2, '"policy-change" moves nothing'],
    ['reference,at,amount\nx,2026-09-01T08:00:00Z,1.5\n', 2, 'the amount "1.5" is not a whole number of base units'],
    ['reference,at,value\nx,2026-09-01T08:00:00Z,10\n', 2, 'its value is not an amount of a currency'],
    ['reference,at,currency\nx,2026-09-01T08:00:00Z,USD\n', 2, 'its value is not an amount of a currency'],
    ['reference,at,value,currency\nx,2026-09-01T08:00:00Z,1e3,USD\n', 2, 'its value is not an amount of a currency'],
    ['reference,at,value,currency\nx,2026-09-01T08:00:00Z,1,ETH\n', 2, 'its value is not an amount of a currency'],
    ['reference,at,network\nx,2026-09-01T08:00:00Z,Nowhere\n', 2, 'nothing is known here about the network "Nowhere"'],
    ['reference,at,asset\nx,2026-09-01T08:00:00Z,native\n', 2, 'it names no network'],
    ['reference,at,network,asset\nx,2026-09-01T08:00:00Z,Ethereum,USDC\n', 2, '"USDC" is no asset on Ethereum'],
    [
      'reference,at,network,recipient\nx,2026-09-01T08:00:00Z,Ethereum,alice.eth\n',
      2,
      `"alice.eth" can't be read as addresses on Ethereum`,
    ],
    [
      'reference,at,wallet\nx,2026-09-01T08:00:00Z,a\nx,2026-09-01T08:00:00Z,b\n',
      3,
      'the reference "x" stands on line 2 with other values',
    ],
    ['{"reference":"x"', 1, 'it is not JSON'],
    ['{"reference":"x","at":"2026-09-01T08:00:00Z","amount":5}', 1, '"amount" is not a text'],
    ['{"reference":"x","at":"2026-09-01T08:00:00Z"}\n[1]', 2, 'it is not an object'],
    ['{"reference":"x","at":"2026-09-01T08:00:00Z","colour":"red"}', 1, 'there is no column "colour"'],
  ])('%j is refused on line %i: %s', (text, line, words) => {
    const { faults } = read(text);

    expect(faults).toEqual([{ line, words, remedy: expect.stringMatching(/\S/) }]);
  });
});

describe('the command', () => {
  let database: TestDatabase;
  let deployment: Deployment;
  let opened: Connection;
  let server: RecordingServer;
  let answer: (path: string) => Reply;

  beforeAll(async () => {
    server = await startRecording(({ path }) => answer(path));
  });

  afterAll(async () => {
    await server.stop();
  });

  beforeEach(async () => {
    database = await createTestDatabase();
    deployment = await deploy(database.url);
    opened = connect(database.url);
  });

  afterEach(async () => {
    await opened.close();
    await deployment.stop();
    await database.drop();
  });

  async function run(text: string | null, ...args: string[]): Promise<Ended> {
    const file = join(deployment.folder, 'payments.csv');
    if (text !== null) await writeFile(file, text);
    return runHere(['history', 'import', ...(text === null ? [] : [file]), ...args], deployment.env);
  }

  async function paid(): Promise<readonly string[]> {
    const rows = await opened.sql<{ reference: string }[]>`select reference from payments order by reference`;
    return rows.map(({ reference }) => reference);
  }

  it('adds every payment once, brings the sums up to date, and is one row of the audit log', async () => {
    const question = { counter: { per: ['wallet'], only: [] }, currency: 'USD' } as const;
    const key = spendKeyOf('treasury', question, { wallet: 'wa-1' });
    if (key === null) throw new Error('the value is given');
    await prepareKeys(opened.db, 'treasury', [key]);

    const first = await run(good, '--json');
    const second = await run(good);

    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.out)).toEqual({ connection: 'treasury', payments: 2, added: 2, known: 0, sums: 1 });
    expect(second.out).toContain('0 payments added, 2 known before.');
    const [sum] = await sumsOf(opened.db, [{ digest: key.digest, start: { kind: 'always' } }]);
    expect(sum).toEqual({
      count: 2,
      base: (2n ** 256n - 1n + 1_500_000n).toString(),
      withoutAmount: 0,
      fiat: '1.5',
      withoutPrice: 1,
    });
    const audit = await opened.sql<{ details: string }[]>`
      select details from audit_log where event = 'history.imported' order by seq`;
    expect(audit.map(({ details }): unknown => JSON.parse(details))).toMatchObject([
      { connection: 'treasury', file: 'payments.csv', payments: 2, added: 2 },
      { added: 0 },
    ]);
  });

  it('imports nothing of a file with faults, and names them all with line and remedy', async () => {
    const { code, err } = await run(`${good}xfr-3,yesterday,,,,,,,1.5,,\nxfr-4\n`);

    expect(code).toBe(1);
    expect(err).toContain('payments.csv was not imported: 3 faults.');
    expect(err).toContain('line 4: its "at" is not an instant. Write e.g. 2026-09-14T08:52:05Z');
    expect(err).toContain('line 4: the amount "1.5" is not a whole number of base units.');
    expect(err).toContain('line 5: it has 1 cells, the first line has 11.');
    expect(await paid()).toEqual([]);
  });

  it('says what is missing when neither a file nor a platform, or an unknown connection, is named', async () => {
    expect((await run(null)).err).toContain('Name a file, or --from-platform <connection>');
    expect((await run(good, '--connection', 'nowhere')).err).toContain('--connection treasury');
    expect((await runHere(['history', 'import', '/nowhere.csv'], deployment.env)).err).toContain("can't be read");
  });

  it('takes the list of the platform, page by page, and what was let go of it', async () => {
    await pointAtServer();
    answer = (path) => {
      if (path.startsWith('/wallets?')) return { body: { items: [{ id: 'wa-1' }, { id: 'wa-2' }] } };
      if (!path.startsWith('/wallets/wa-1/transfers')) return { body: { items: [] } };
      return path.includes('paginationToken=next')
        ? { body: { items: [aTransfer('xfr-2', 'Rejected'), aTransfer('xfr-3', 'Broadcasted')] } }
        : { body: { items: [aTransfer('xfr-1', 'Confirmed')], nextPageToken: 'next' } };
    };

    const { code, out } = await run(null, '--from-platform', 'treasury');

    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining('2 payments added') });
    expect(await paid()).toEqual(['xfr-1', 'xfr-3']);
    const [row] = await opened.sql<{ seconds: number }[]>`
      select extract(epoch from at)::int as seconds from payments where reference = 'xfr-1'`;
    expect(row?.seconds).toBe(Date.parse('2026-09-14T08:52:05Z') / 1000);
  });

  it('says which permission is missing when the platform refuses to list, and imports nothing', async () => {
    await pointAtServer();
    answer = (path) =>
      path.startsWith('/wallets?') ? { body: { items: [{ id: 'wa-1' }] } } : { status: 403, body: { message: 'no' } };

    const { code, err } = await run(null, '--from-platform', 'treasury');

    expect(code).toBe(1);
    expect(err).toContain('may not list transfers (status 403). Grant it Wallets:Transfers:Read');
    expect(await paid()).toEqual([]);
  });

  it('imports nothing of a list that breaks off', async () => {
    await pointAtServer();
    answer = (path) => {
      if (path.startsWith('/wallets?')) return { body: { items: [{ id: 'wa-1' }, { id: 'wa-2' }] } };
      return path.startsWith('/wallets/wa-1/')
        ? { body: { items: [aTransfer('xfr-1', 'Confirmed')] } }
        : { status: 500 };
    };

    const { code, err } = await run(null, '--from-platform', 'treasury');

    expect(code).toBe(1);
    expect(err).toContain('could not be listed: transfers of wa-2: status 500');
    expect(await paid()).toEqual([]);
  });

  async function pointAtServer(): Promise<void> {
    await deployment.rewrite((text) => text.replace(deployment.sandbox.custody.url, server.url));
  }
});

function aTransfer(id: string, status: string): Record<string, unknown> {
  return {
    id,
    walletId: 'wa-1',
    network: 'Ethereum',
    requester: { userId: 'us-1' },
    requestBody: { kind: 'Native', to: newRecipient, amount: '1000' },
    metadata: { asset: { symbol: 'ETH', decimals: 18 } },
    status,
    dateRequested: '2026-09-14T08:30:00.000Z',
    dateBroadcasted: '2026-09-14T08:52:05.000Z',
  };
}

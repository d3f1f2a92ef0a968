import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokenLimits } from '../slack/views/block-limits.ts';
import { runHere, type Ended } from './lab.ts';

const supplier = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';
const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
const fixtures = resolve(import.meta.dirname, '../fixtures/dfns/approvals');

const draft = `
version: 1
lists:
  suppliers: ['${supplier}']
assets:
  USDC: { network: Ethereum, reference: '${usdc}', decimals: 6 }
rules:
  - id: supplier-invoices
    title: Supplier invoices up to 1,000 USD
    stage: live
    when:
      - { kind: activity, in: [transfer] }
      - { kind: asset, in: [USDC] }
      - { kind: amount, atMost: 1000 USD }
      - { kind: recipient, in: $suppliers }
    must:
      - { kind: spent, window: 24h, per: wallet, count: 5 }
`;

let folder: string;
let rulebook: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-simulate-'));
  rulebook = join(folder, 'draft.yaml');
  await writeFile(rulebook, draft);
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Where there is neither a configuration nor a database. */
const run = (...args: readonly string[]): Promise<Ended> =>
  runHere(['simulate', ...args], { CONFIG_FILE: join(folder, 'nothing.yaml') });

const payout = [
  '--amount',
  '250 USDC',
  '--price',
  '1.00 USD',
  '--to',
  supplier,
  '--initiator',
  'us-bot',
  '--wallet',
  'wa-1',
];

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('countersign simulate', () => {
  it('needs neither configuration nor database when a draft is given', async () => {
    const { code, out, err } = await run('--rulebook', rulebook, ...payout, '--spent', 'nothing');

    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('● Approves by the rule supplier-invoices, if the checks pass that are not asked here.');
    expect(out).toContain(
      'yes     amount: 250.00 USD is below 1,000.00 USD (wanted: at most 1,000.00 USD; seen: 250.00 USD)',
    );
    expect(out).toMatch(/Sanctions.*: needs the list/);
    expect(out).toContain('│ Approved automatically: 250 USDC');
  });

  it('abstains on what it does not know, and says what that is', async () => {
    const { code, out } = await run('--rulebook', rulebook, ...payout);

    expect(code).toBe(0);
    expect(out).toContain('● Abstains');
    expect(out).toContain('what was spent before is not known here');
    expect(out).toContain('│ Approval needed: 250 USDC');
  });

  it('says the same for a file, in which flags win', async () => {
    const path = await file('payout.json', {
      network: 'Ethereum',
      asset: { reference: usdc, decimals: 6, symbol: 'USDC' },
      amountBase: '99000000000',
      destinations: [{ address: supplier, amountBase: '99000000000' }],
      wallet: { id: 'wa-1', name: 'Hot' },
      price: '1.00 USD',
      initiator: 'us-bot',
    });

    const [asWritten, less] = await Promise.all([
      run(path, '--rulebook', rulebook, '--spent', 'nothing'),
      run(path, '--rulebook', rulebook, '--spent', 'nothing', '--price', '0.01 USD'),
    ]);

    expect(asWritten.out).toContain('99,000.00 USD is above 1,000.00 USD');
    expect(less.out).toContain('● Approves');
  });

  it('prints one JSON object with verdict, findings and card', async () => {
    const { out } = await run(
      '--rulebook',
      rulebook,
      ...payout,
      '--spent',
      'nothing',
      '--json',
      '--at',
      '2026-11-20T10:00:00Z',
    );

    const printed: unknown = JSON.parse(out);
    expect(printed).toMatchObject({
      verdict: { kind: 'approve', rule: 'supplier-invoices' },
      observation: { at: Date.UTC(2026, 10, 20, 10), approval: { activity: { amountBase: '250000000' } } },
      findings: expect.arrayContaining([expect.objectContaining({ check: 'rulebook', outcome: 'pass' })]),
      card: { blocks: expect.anything() },
    });
  });

  it('prints the card as Block Kit that Slack takes, and nothing else', async () => {
    const { out } = await run('--rulebook', rulebook, ...payout, '--card');

    expect(brokenLimits(JSON.parse(out))).toEqual([]);
  });

  it.each(readdirSync(fixtures))(
    'reads the platform’s own document %s, and never approves it by this draft',
    async (name) => {
      const { code, out } = await run(join(fixtures, name), '--platform', 'dfns', '--rulebook', rulebook, '--json');

      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ verdict: { kind: 'abstain' } });
    },
  );
});

describe('countersign simulate --platform', () => {
  it.each(['axonvault', 'cubewire', 'palisade', 'privy'])(
    'takes a described transaction for an approval on %s, whose policies can be imported',
    async (platform) => {
      const transactionType = 'TRANSACTION_TYPE_OUTBOUND_TRANSFER';
      const path = await file(`on-${platform}.json`, { transactionType, fields: { 'destination.id': ['a-1'] } });

      const { code, out } = await run(path, '--platform', platform, '--rulebook', rulebook, ...payout, '--json');

      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        observation: { connection: platform, approval: { platform, activity: { request: { transactionType } } } },
      });
    },
  );

  it('takes flags for an approval on dfns as well, and a file for its own document', async () => {
    const { out } = await run('--platform', 'dfns', '--rulebook', rulebook, ...payout, '--spent', 'nothing', '--json');

    expect(JSON.parse(out)).toMatchObject({
      verdict: { kind: 'approve' },
      observation: { approval: { platform: 'dfns' } },
    });
  });
});

describe('countersign simulate refuses, with what to do', () => {
  it.each([
    ['nothing to simulate', [], 1, 'There is no transaction.'],
    [
      'an amount of nobody knows what',
      ['--amount', '250 DOGE'],
      1,
      'asset "DOGE" is not one of the rulebook\'s `assets`',
    ],
    ['too many decimals', ['--amount', '0.1234567 USDC'], 1, 'has 7 decimals, and the asset has 6'],
    ['an amount that is none', ['--amount', '1,000 USDC'], 1, 'amount "1,000 USDC" is not an amount'],
    ['a price that is none', [...payout, '--price', 'cheap'], 1, 'price "cheap" is not what one whole token costs'],
    ['an unknown kind', [...payout, '--kind', 'gift'], 1, 'kind must be one of: transfer'],
    ['decimals that are no number', [...payout, '--decimals', 'six'], 1, 'decimals must be a number'],
    ['an instant that is none', [...payout, '--at', 'yesterday'], 1, '--at "yesterday" is not an instant'],
    [
      'an unknown platform',
      ['/dev/null', '--platform', 'acme'],
      1,
      '"acme" is not a platform that is known here. Known here: axonvault',
    ],
    ['a slip in a platform', ['/dev/null', '--platform', 'cubewir'], 1, 'Did you mean "cubewire"?'],
    [
      'flags beside a document that says it all',
      [join(fixtures, '../ids.json'), '--platform', 'dfns', '--memo', 'x'],
      1,
      "the file is dfns's own JSON",
    ],
    [
      'what a platform writes, where nobody here reads it',
      [join(fixtures, '../ids.json'), '--platform', 'privy'],
      1,
      'What privy itself writes of a transaction cannot be read here',
    ],
    ['a document that is none', [join(fixtures, '../ids.json'), '--platform', 'dfns'], 1, 'is no approval of dfns'],
  ])('%s', async (_name, args, code, words) => {
    const ended = await run('--rulebook', rulebook, ...args);

    expect(ended.err).toContain(words);
    expect([ended.code, ended.out]).toEqual([code, '']);
  });

  it('a key that is not known, with the nearest one', async () => {
    const path = await file('typo.json', { amout: '250 USDC' });

    const { code, err } = await run(path, '--rulebook', rulebook);

    expect(code).toBe(1);
    expect(err).toContain('Did you mean "amount"?');
  });

  it('a file that is no JSON', async () => {
    const { code, err } = await run(await file('broken.json', '{ amount'), '--rulebook', rulebook);

    expect(code).toBe(1);
    expect(err).toContain('failed to read the transaction');
  });

  it('a rulebook with faults, each with its line', async () => {
    const path = await file('faulty.yaml', draft.replace('atMost: 1000 USD', 'atMost: 1000'));

    const { code, err } = await run('--rulebook', path, ...payout);

    expect(code).toBe(2);
    expect(err).toContain('The rulebook has 1 fault:');
    expect(err).toMatch(/faulty\.yaml:\d+ {2}rules\[0\]/);
  });

  it('without a draft, because the one in force needs the configuration', async () => {
    const { code, err } = await run(...payout);

    expect(code).toBe(2);
    expect(err).toContain('Without --rulebook the one in force is asked');
  });

  it('shows no control character of a hostile text', async () => {
    const { out } = await run('--rulebook', rulebook, ...payout, '--memo', '\u001B[31mred \u202E');

    expect(out).not.toContain('\u001B');
    expect(out).not.toContain('\u202E');
  });
});

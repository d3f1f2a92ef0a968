import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../src/db/connect.ts';
import { adoptConfiguration } from '../../src/flow/adopt-configuration.ts';
import { createLogger } from '../../src/log.ts';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { deploy, runHere, type Deployment, type Ended } from './lab.ts';

let database: TestDatabase;
let deployment: Deployment;
let file: string;
let text: string;

const run = (...args: readonly string[]): Promise<Ended> => runHere(['rulebook', ...args], deployment.env);

/** The same, without what is not the command's own. */
async function written(name: string, change: (text: string) => string = (same) => same): Promise<string> {
  const path = join(deployment.folder, name);
  await writeFile(path, change(text));
  return path;
}

/** What `start` does with the rulebook. */
async function start(): Promise<void> {
  const connection = connect(database.url, { max: 2 });
  const { config } = deployment.config();
  await adoptConfiguration({
    config,
    db: connection.db,
    log: createLogger('silent'),
    now: Date.now,
    auditKey: Buffer.from('k'.repeat(64)),
  });
  await connection.close();
}

beforeAll(async () => {
  database = await createTestDatabase();
  deployment = await deploy(database.url);
  file = join(deployment.folder, 'rulebook.yaml');
  text = await readFile(file, 'utf8');
});

afterAll(async () => {
  await deployment.stop();
  await database.drop();
});

describe('countersign rulebook check', () => {
  it('says that there is nothing to say, with exit code 0', async () => {
    expect(await run('check', file)).toMatchObject({
      code: 0,
      out: '✓ 1 rule, nothing to say against them.\n',
      err: '',
    });
  });

  it('names file, line, path and remedy of every fault, with exit code 2', async () => {
    const faulty = await written('faulty.yaml', (same) =>
      same.replace('1000 USD', '1000').replace('stage: live', 'stage: on'),
    );

    const { code, out } = await run('check', faulty);

    expect(code).toBe(2);
    expect(out).toContain('✗ 2 faults: it cannot be put in force');
    expect(out).toMatch(/faulty\.yaml:\d+ {2}rules\[0\]\.stage must be one of/);
    expect(out).toMatch(
      /faulty\.yaml:\d+ {2}rules\[0\]\.when\[3\]\.atMost must be an amount with its unit\n {6}Write digits/,
    );
  });

  it('names warnings with exit code 1, and compares names with the configuration', async () => {
    const odd = await written('odd.yaml', (same) => `${same}    effect: { people: [Tresury] }\n`);

    const { code, out } = await run('check', odd);

    expect(code).toBe(1);
    expect(out).toMatch(/! 1 warning\n.*asks "Tresury".*\n.*Did you mean "Treasury"\?/);
  });

  it('prints one JSON object', async () => {
    const broad = await written('broad.yaml', (same) => same.replace(/ {6}- kind: recipient\n.*\n/, ''));

    const { code, out } = await run('check', broad, '--json');

    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      compared: true,
      faults: [{ path: 'rules[0].when', words: expect.stringContaining('recipient'), line: expect.any(Number) }],
      warnings: [],
    });
  });

  it('works where there is no configuration, and says what was not compared', async () => {
    const { code, err } = await runHere(['rulebook', 'check', file], {});

    expect(code).toBe(0);
    expect(err).toContain('names of connections and groups were not compared');
  });

  it('says so when there is no such file', async () => {
    const { code, err } = await run('check', 'nowhere.yaml');

    expect(code).toBe(1);
    expect(err).toContain('failed to read nowhere.yaml');
  });
});

describe('countersign rulebook show and apply, and what doctor and status say', () => {
  it('nothing is in force before the first start', async () => {
    expect(await run('show')).toMatchObject({
      code: 1,
      err: 'Nothing to show: no rulebook was applied. Nothing is automatic.\n',
    });
    const { out } = await runHere(['status'], deployment.env);
    expect(out).toMatch(/^rulebook +none: no rulebook was applied; nothing is automatic$/m);
  });

  it('after it, the file of the configuration is', async () => {
    await start();

    const { code, out } = await run('show');

    expect(code).toBe(0);
    expect(out).toContain('Rulebook #1, in force\n  applied by system at ');
    expect(out).toContain('- id: routine-payouts');
    expect(await run('show', '--text')).toMatchObject({ out: text });
    expect((await runHere(['status'], deployment.env)).out).toMatch(/^rulebook +#1, applied by system at/m);
  });

  it.each([
    ['somebody unknown', ['--by', 'mallory'], 1, '"mallory" is not the id of anybody'],
    ['a weaker one', ['--by', 'alice'], 1, 'it may approve what the one in force leaves to people'],
    ['a weaker one by no admin', ['--by', 'bob', '--allow-weaker'], 1, '"bob" is not an admin'],
  ])('refuses %s', async (_, options, code, words) => {
    const wider = await written('wider.yaml', (same) => same.replace('1000 USD', '1001 USD'));

    const ended = await run('apply', wider, ...options);

    expect(ended.code).toBe(code);
    expect(ended.err).toContain(words);
    expect((await run('show', '--history')).out).toContain('#1 *');
  });

  it('refuses a faulty one with exit code 2, and what is in force stays', async () => {
    const faulty = await written('faulty.yaml', (same) => same.replace('1000 USD', '1000'));

    const { code, err } = await run('apply', faulty, '--by', 'alice');

    expect(code).toBe(2);
    expect(err).toMatch(/^Nothing was changed: the rulebook has 1 fault\.\n.*faulty\.yaml:\d+ /);
    expect((await run('show')).out).toContain('Rulebook #1, in force');
  });

  it('applies a narrower one for anybody, and a weaker one for an admin who says so', async () => {
    const narrower = await written('narrower.yaml', (same) => same.replace('1000 USD', '500 USD'));

    expect(await run('apply', narrower, '--by', 'bob')).toMatchObject({
      code: 0,
      out: '✓ Rulebook #2 is in force.\n  changed: the rule "routine-payouts": when it applies\n',
    });
    expect(await run('apply', narrower, '--by', 'bob')).toMatchObject({
      code: 0,
      out: 'It is in force already, as rulebook #2; nothing was changed.\n',
    });
    const { code, out } = await run('apply', file, '--by', 'alice', '--allow-weaker', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ kind: 'applied', id: 3, weaker: [expect.stringContaining('"amount"')] });
    const history = await run('show', '--history');
    expect(history.out).toMatch(/^#3 \* +\S+ \S+ UTC +alice +[0-9a-f]{12} +weaker: /m);
    expect(history.out).toMatch(/^#1 +\S+ \S+ UTC +system/m);
    expect((await run('show', '--id', '2')).out).toContain('Rulebook #2, not in force');
    expect((await run('show', '--id', '9')).code).toBe(1);
  });

  it('doctor and status say that the file was never applied', async () => {
    await writeFile(file, text.replace('1000 USD', '700 USD'));
    await start();

    const doctor = await runHere(['doctor'], deployment.env);
    const status = await runHere(['status'], deployment.env);

    expect(doctor.out).toMatch(
      /! file: .*rulebook\.yaml was never applied; #3 stays in force\n.*countersign rulebook apply/,
    );
    expect(status.out).toContain('the file of the configuration was never applied');
    await writeFile(file, text);
  });

  it('doctor says it when the one in force cannot be read', async () => {
    const connection = connect(database.url, { max: 1 });
    await connection.sql`update rulebooks set text = text || '# edited' where id = 3`;

    const { code, out } = await runHere(['doctor'], deployment.env);

    expect(code).toBe(1);
    expect(out).toContain('✗ in force: the text of rulebook #3 is not what was applied, so nothing is automatic');
    await connection.sql`update rulebooks set text = ${text} where id = 3`;
    await connection.close();
  });
});

describe('countersign rulebook import', () => {
  const policies = JSON.stringify({ version: '1.0', name: 'P', chain_type: 'ethereum', rules: [] });

  it('writes a draft that says where it comes from, and the report beside it', async () => {
    const source = join(deployment.folder, 'policies.json');
    const draft = join(deployment.folder, 'draft.yaml');
    await writeFile(source, JSON.stringify(dfnsPolicies));

    const { code, out, err } = await run('import', source, '--connection', 'treasury', '-o', draft);

    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('imported from dfns (policies.json)');
    const made = await readFile(draft, 'utf8');
    expect(made).toMatch(/^# Imported from dfns: policies\.json \(SHA-256 [0-9a-f]{64}\)\.\n# A draft:/);
    expect(made).toContain('connections: [ treasury ]');
    expect((await run('check', draft)).code).not.toBe(2);
  });

  it('says in the draft and beside it that it is about every connection, where none is named', async () => {
    const source = join(deployment.folder, 'policies.json');
    const words = 'The draft is about every connection, of whatever platform, because none was named.';

    const open = await run('import', source);
    const narrow = await run('import', source, '--connection', 'treasury');

    expect(open.out).toContain(`# ${words}\n# To narrow it, write \`connections: [ <name> ]\``);
    expect(open.err).toContain(`${words}\nTo narrow it, write \`connections: [ <name> ]\``);
    expect(JSON.parse((await run('import', source, '--json')).out)).toMatchObject({ connection: null });
    expect(`${narrow.out}${narrow.err}`).not.toContain('every connection');
  });

  it('prints the draft where no file is named, and one JSON object on demand', async () => {
    const source = join(deployment.folder, 'policies.json');

    expect((await run('import', source)).out).toContain('version: 1\n');
    expect(JSON.parse((await run('import', source, '--json')).out)).toMatchObject({
      platform: 'dfns',
      remarks: expect.any(Array),
    });
  });

  it.each([
    ['what is not JSON', 'nonsense', [], 1, 'is not JSON'],
    ['what no platform wrote', '{"a":1}', [], 1, 'does not look like the policies of a platform'],
    ['a platform that is not known', policies, ['--platform', 'dfn'], 1, 'Did you mean "dfns"?'],
    [
      'an option that the platform has not',
      policies,
      ['--platform', 'dfns', '--option', 'x=1'],
      1,
      'has no option "x"',
    ],
    ['an option without a value', policies, ['--platform', 'dfns', '--option', 'x'], 1, 'must be key=value'],
    ['policies with faults', '{"items":[{"id":7}]}', ['--platform', 'dfns'], 2, 'Nothing was written'],
  ])('refuses %s', async (_, content, options, code, words) => {
    const source = join(deployment.folder, 'bad.json');
    await writeFile(source, content);

    const ended = await run('import', source, ...options);

    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toContain(words);
  });

  it('says what to name when there is neither a file nor a connection', async () => {
    expect((await run('import')).err).toContain('Name a file with policies, or a --connection');
    expect((await run('import', '--connection', 'tresury')).err).toContain('Did you mean "treasury"?');
  });

  it('reads the policies of a connection live', async () => {
    const { code, out, err } = await run('import', '--connection', 'treasury');

    expect(err).toContain('imported from dfns (connection treasury)');
    expect(code).toBe(0);
    expect(out).toContain('connections: [ treasury ]');
  });
});

const dfnsPolicies = {
  items: [
    {
      id: 'plc-5gq1d-2kq8a-8j3s9d0kqv1lf0bb',
      name: 'Transfers over 100,000 USD',
      activityKind: 'Wallets:Sign',
      status: 'Active',
      rule: { kind: 'TransactionAmountLimit', configuration: { limit: 100000, currency: 'USD' } },
      action: {
        kind: 'RequestApproval',
        approvalGroups: [{ name: 'Treasury', quorum: 1, approvers: {} }],
      },
    },
  ],
};

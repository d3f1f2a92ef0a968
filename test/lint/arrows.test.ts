import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const oxlint = resolve('node_modules/.bin/oxlint');

/** Where a file stands, what it must not import, and what it may: the arrows of the house, one violation each. */
const arrows = [
  { file: 'src/domain/planted.ts', forbidden: '../db/connect.ts', allowed: './amount.ts' },
  { file: 'src/domain/planted.ts', forbidden: 'node:fs', allowed: 'node:crypto' },
  { file: 'src/chains/planted.ts', forbidden: '../db/connect.ts', allowed: 'viem' },
  { file: 'src/rules/planted.ts', forbidden: '../flow/decide.ts', allowed: '../domain/rulebook.ts' },
  { file: 'src/rules/kinds/planted.ts', forbidden: '../../db/connect.ts', allowed: '../facts.ts' },
  { file: 'src/checks/planted.ts', forbidden: '../db/connect.ts', allowed: '../chains/addresses.ts' },
  { file: 'src/checks/planted.ts', forbidden: 'node:fs', allowed: './world.ts' },
  { file: 'src/sources/planted.ts', forbidden: '../db/connect.ts', allowed: '../checks/world.ts' },
  { file: 'src/flow/planted.ts', forbidden: '../sources/open-world.ts', allowed: '../checks/recipient-forms.ts' },
  { file: 'src/platforms/dfns/planted.ts', forbidden: '../../flow/decide.ts', allowed: '../platform.ts' },
  { file: 'src/platforms/dfns/planted.ts', forbidden: '@dfns/sdk', allowed: 'node:crypto' },
  { file: 'src/db/planted.ts', forbidden: '../flow/decide.ts', allowed: '../domain/vote.ts' },
  { file: 'src/queue/planted.ts', forbidden: '../db/connect.ts', allowed: '../domain/task.ts' },
  { file: 'src/flow/planted.ts', forbidden: '../slack/app.ts', allowed: '../platforms/platform.ts' },
  { file: 'src/flow/planted.ts', forbidden: '../platforms/dfns/index.ts', allowed: '../db/votes.ts' },
  { file: 'src/flow/planted.ts', forbidden: '../queue/queue.ts', allowed: '../rules/finding.ts' },
  { file: 'src/flow/planted.ts', forbidden: '../http/server.ts', allowed: '../context.ts' },
  { file: 'src/slack/views/planted.ts', forbidden: '../../db/cards.ts', allowed: '../action-ids.ts' },
  { file: 'src/slack/planted.ts', forbidden: '../platforms/dfns/index.ts', allowed: '../flow/cast-vote.ts' },
  { file: 'src/slack/listeners/planted.ts', forbidden: '../../queue/queue.ts', allowed: '../../flow/cast-vote.ts' },
  { file: 'src/http/planted.ts', forbidden: '../slack/app.ts', allowed: '../flow/receive-delivery.ts' },
  { file: 'src/worker/planted.ts', forbidden: '../platforms/dfns/index.ts', allowed: '../queue/queue.ts' },
  { file: 'src/cli/planted.ts', forbidden: '../sandbox/index.ts', allowed: '../flow/switches.ts' },
  { file: 'src/sandbox/planted.ts', forbidden: '../domain/amount.ts', allowed: './company.ts' },
  { file: 'src/sandbox/custody/planted.ts', forbidden: '../../domain/amount.ts', allowed: '../company.ts' },
  { file: 'src/sandbox/slack/limits/planted.ts', forbidden: '../../../slack/views/text.ts', allowed: '../state.ts' },
] as const;

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-lint-'));
  const config = JSON.parse(await readFile('.oxlintrc.json', 'utf8'));
  // Types are not needed to see an arrow, and the planted files have none.
  await writeFile(join(home, '.oxlintrc.json'), JSON.stringify({ ...config, options: {}, $schema: undefined }));
  await cp('package.json', join(home, 'package.json'));
});

afterAll(async () => {
  await rm(home, { recursive: true });
});

async function complaints(file: string, specifier: string): Promise<string> {
  const path = join(home, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `import { planted } from '${specifier}';\n\nexport const kept = planted;\n`);
  // It exits with 1 when it complains; what it said is on its standard output either way.
  const output = await new Promise<string>((done) => {
    execFile(oxlint, [file], { cwd: home }, (_error, stdout) => done(stdout));
  });
  return output.includes('no-restricted-imports') ? output : '';
}

describe('the arrows between rooms', () => {
  it.each(arrows)('$file may not import $forbidden', async ({ file, forbidden }) => {
    expect(await complaints(file, forbidden)).toContain('no-restricted-imports');
  });

  it.each(arrows)('$file may import $allowed', async ({ file, allowed }) => {
    expect(await complaints(file, allowed)).toBe('');
  });

  it.each([
    ['src/domain/planted.ts', 'export const now = () => Date.now();\n'],
    ['src/rules/planted.ts', 'export const read = () => fetch("http://127.0.0.1");\n'],
    ['src/slack/views/planted.ts', 'export const chance = () => Math.random();\n'],
    ['src/flow/planted.ts', 'export const env = process.env;\n'],
  ])('%s may not reach for time, chance, network or environment: %s', async (file, text) => {
    const path = join(home, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);

    await expect(run(oxlint, [file], { cwd: home })).rejects.toThrow('Command failed');
  });
});

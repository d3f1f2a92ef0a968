import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChild, runHere } from './lab.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-faults-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('a faulty configuration', () => {
  it('is refused with exit code 2, every fault with its path and what to do', async () => {
    const file = join(folder, 'countersign.yaml');
    await writeFile(
      file,
      `slack: { channel: C0APPROVALS }
connections:
  treasury: { platform: dfnz, mode: vote, baseUrl: 'ftp://x', webhookSecrets: [short], credentials: {} }
people: [{ id: alice, name: Alice, slack: [alice@example.com] }]
groups: [{ connection: tresury, name: Treasury }]
`,
    );

    const { code, err, out } = await runChild(['start'], { CONFIG_FILE: file, PORT: 'eighty' });

    expect(code).toBe(2);
    expect(out).toBe('');
    const places = [
      'PORT ',
      'SLACK_BOT_TOKEN ',
      'connections.treasury.platform ',
      'connections.treasury.baseUrl ',
      'connections.treasury.webhookSecrets[0] ',
      'people[0].slack[0] ',
      'groups[0].connection ',
    ];
    for (const place of places) expect(err).toContain(place);
    const lines = err.trimEnd().split('\n').slice(1);
    expect(lines.length % 2).toBe(0);
    expect(lines.every((line, index) => line.startsWith(index % 2 === 0 ? '  ' : '      '))).toBe(true);
  }, 60_000);

  it.each([['status'], ['doctor'], ['migrate'], ['audit', 'verify'], ['show', 'ap-1'], ['webhook', 'list']])(
    'stops %s as well',
    async (...args) => {
      const { code, err } = await runHere(args, { CONFIG_FILE: join(folder, 'absent.yaml') });

      expect(code).toBe(2);
      expect(err).toContain('absent.yaml  cannot be read');
      expect(err).toContain('manifests/countersign.example.yaml');
    },
  );
});

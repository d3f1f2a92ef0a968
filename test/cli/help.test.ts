import { describe, expect, it } from 'vitest';
import { runChild, type Ended } from './lab.ts';

const commands = [
  ['start'],
  ['demo'],
  ['migrate'],
  ['doctor'],
  ['webhook', 'create'],
  ['webhook', 'ping'],
  ['webhook', 'list'],
  ['status'],
  ['show'],
  ['pause'],
  ['resume'],
  ['audit', 'verify'],
  ['rulebook', 'check'],
  ['rulebook', 'apply'],
  ['rulebook', 'show'],
  ['rulebook', 'import'],
  ['replay'],
  ['simulate'],
  ['backtest'],
] as const;

/** A few at a time: each is a whole process. */
async function helpOfAll(): Promise<Map<string, Ended>> {
  const waiting = [...commands];
  const answers = new Map<string, Ended>();
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      answers.set(next.join(' '), await runChild([...next, '--help']));
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  return answers;
}

describe('every command', () => {
  it('has help with a sentence, examples, and exit code 0', async () => {
    const answers = await helpOfAll();

    expect([...answers].filter(([, { code }]) => code !== 0)).toEqual([]);
    for (const [name, { out }] of answers) {
      expect(out, name).toContain(`Usage: countersign ${name}`);
      expect(out, name).toContain('Examples:');
      expect(out, name).toContain(`  countersign ${name}`);
    }
  }, 120_000);

  it('is listed by --help, and an unknown one is refused', async () => {
    const [help, unknown] = await Promise.all([runChild(['--help']), runChild(['approve-everything'])]);

    for (const [name] of commands) expect(help.out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(unknown.code).toBe(1);
    expect(unknown.err).toContain("unknown command 'approve-everything'");
  }, 60_000);
});

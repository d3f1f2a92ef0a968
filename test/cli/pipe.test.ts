import { describe, expect, it } from 'vitest';
import { startChild, type Ended } from './lab.ts';

const example = 'manifests/rulebook.example.yaml';

/** A child process whose answer nobody reads, from its first byte on. */
function unread(args: readonly string[], ...streams: readonly ('stdout' | 'stderr')[]): Promise<Ended> {
  const child = startChild(args);
  child.stopReading(...streams);
  return child.ended;
}

describe('a command whose answer is piped into something that stops reading', () => {
  it.each([
    ['help, which is long', ['simulate', '--help'], 0],
    ['an answer of one line', ['rulebook', 'check', example], 0],
    [
      'an answer of many lines',
      ['simulate', '--rulebook', example, '--amount', '250 USDC', '--to', '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'],
      0,
    ],
  ])('ends quietly, with its own exit code: %s', async (_, args, code) => {
    const { err, ...ended } = await unread(args, 'stdout');

    expect(ended).toEqual({ code, out: '' });
    expect(err).not.toMatch(/EPIPE|    at /);
  });

  it('keeps the exit code of what it found', async () => {
    expect((await unread(['rulebook', 'check', 'package.json'], 'stdout')).code).toBe(2);
  });

  it('ends quietly where faults are piped away as well', async () => {
    expect(await unread(['rulebook', 'check', example], 'stdout', 'stderr')).toEqual({ code: 0, out: '', err: '' });
    expect(await unread(['show', 'nothing'], 'stderr')).toMatchObject({ code: 2, out: '' });
  });
});

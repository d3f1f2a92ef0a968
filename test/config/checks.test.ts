import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configOf, env, load, short, withoutRemedy, yaml, type Refusal } from './settings.ts';

const withChecks = (section: string): string => `${yaml}checks:\n${section}`;

describe('the section checks', () => {
  test('may be left out: then only our own history is looked at', () => {
    expect(configOf(load()).checks).toEqual({
      sanctions: null,
      denylist: null,
      allowlist: null,
      screening: null,
      firstPayment: true,
      networkHistory: true,
      duplicatesWithinMs: 86_400_000,
    });
  });

  test('names lists beside the file, hosts, and a service with its secret in the environment', () => {
    const text =
      withChecks(`  sanctions: { files: [lists/a.json], urls: ['https://lists.example.com/b.csv?v=1'], maxAgeHours: 48 }
  denylist: deny.txt
  allowlist: /etc/allow.txt
  screening: { url: 'https://screening.example.com/ask', secret: '\${SCREENING_SECRET}' }
  hosts: [lists.example.com, screening.example.com]
  firstPayment: false
  duplicateHours: 0
`);

    expect(configOf(load(text, { ...env, SCREENING_SECRET: 's'.repeat(32) })).checks).toEqual({
      sanctions: {
        origins: [
          { kind: 'file', path: resolve('lists/a.json') },
          { kind: 'url', url: 'https://lists.example.com/b.csv?v=1' },
        ],
        maxAgeMs: 172_800_000,
        maxShrinkPercent: 5,
        refreshMs: 3_600_000,
      },
      denylist: resolve('deny.txt'),
      allowlist: '/etc/allow.txt',
      screening: { url: 'https://screening.example.com/ask', secret: 's'.repeat(32), timeoutMs: 3000 },
      firstPayment: false,
      networkHistory: true,
      duplicatesWithinMs: null,
    });
  });

  test('is part of what decisions depend on; the secret is not', () => {
    const text = withChecks(`  screening: { url: 'https://a.example/x', secret: '\${S}' }\n  hosts: [a.example]\n`);
    const hash = (value: string): string => configOf(load(text, { ...env, S: value })).hash;

    expect(hash('s'.repeat(32))).toBe(hash('t'.repeat(32)));
    expect(hash('s'.repeat(32))).not.toBe(configOf(load()).hash);
  });

  test('warns of a secret that stands in the file', () => {
    const text = withChecks(
      `  screening: { url: 'https://a.example/x', secret: '${'s'.repeat(32)}' }\n  hosts: [a.example]\n`,
    );
    const reading = load(text);

    expect(reading.kind === 'ok' && reading.warnings.map(({ path }) => path)).toContain('checks.screening.secret');
  });

  const refusals: readonly Refusal[] = [
    ['a list', withChecks('  - a\n'), 'checks must be a section with keys, not a list'],
    ['an unknown key', withChecks('  sanction: {}\n'), 'checks.sanction is not a key that is known here'],
    ['no list', withChecks('  sanctions: {}\n'), 'checks.sanctions names neither files nor urls'],
    ['one file', withChecks('  sanctions: { files: a.json }\n'), 'checks.sanctions.files must be a list, not text'],
    [
      'a host that is not listed',
      withChecks("  sanctions: { urls: ['https://lists.example.com/a'] }\n"),
      'checks.sanctions.urls[0] asks the host lists.example.com, which is not one of `checks.hosts`',
    ],
    [
      'another port of a name, but another host',
      withChecks("  sanctions: { urls: ['https://evil.example/a'] }\n  hosts: [lists.example.com]\n"),
      'checks.sanctions.urls[0] asks the host evil.example, which is not one of `checks.hosts`',
    ],
    [
      'plain http',
      withChecks("  sanctions: { urls: ['http://lists.example.com/a'] }\n  hosts: [lists.example.com]\n"),
      'checks.sanctions.urls[0] must be an https address without user, password and fragment (http only for this machine)',
    ],
    [
      'a password in the address',
      withChecks("  sanctions: { urls: ['https://me:pass@lists.example.com/a'] }\n  hosts: [lists.example.com]\n"),
      'checks.sanctions.urls[0] must be an https address without user, password and fragment (http only for this machine)',
    ],
    [
      'a file address',
      withChecks("  sanctions: { urls: ['file:///etc/passwd'] }\n"),
      'checks.sanctions.urls[0] must be an https address without user, password and fragment (http only for this machine)',
    ],
    [
      'no age',
      withChecks('  sanctions: { files: [a], maxAgeHours: 0 }\n'),
      'checks.sanctions.maxAgeHours must be at least 1',
    ],
    [
      'more than all of it',
      withChecks('  sanctions: { files: [a], maxShrinkPercent: 101 }\n'),
      'checks.sanctions.maxShrinkPercent must be at most 100',
    ],
    ['an empty path', withChecks("  denylist: ''\n"), 'checks.denylist must be at least 1 characters long'],
    ['a number for a path', withChecks('  allowlist: 5\n'), 'checks.allowlist must be text, not the number 5'],
    [
      'a short secret',
      withChecks("  screening: { url: 'https://a.example/', secret: short }\n  hosts: [a.example]\n"),
      'checks.screening.secret must be at least 24 bytes long',
    ],
    [
      'a secret that is not set',
      withChecks("  screening: { url: 'https://a.example/', secret: '${NOT_SET}' }\n  hosts: [a.example]\n"),
      'checks.screening.secret needs the environment variable NOT_SET, which is not set',
    ],
    [
      'a time-out of an hour',
      withChecks(
        `  screening: { url: 'https://a.example/', secret: ${'s'.repeat(32)}, timeoutMs: 3600000 }\n  hosts: [a.example]\n`,
      ),
      'checks.screening.timeoutMs must be at most 10000',
    ],
    [
      'a word for a switch',
      withChecks('  firstPayment: flag\n'),
      'checks.firstPayment must be true or false, not text',
    ],
    ['a negative window', withChecks('  duplicateHours: -1\n'), 'checks.duplicateHours must be at least 0'],
  ];

  test.each(refusals)('is refused with %s', (_, text, fault) => {
    expect(short(text)).toContain(fault);
  });

  test('every fault says what to do', () => {
    expect(withoutRemedy(refusals)).toEqual([]);
  });

  test('names all of its faults at once', () => {
    const text = withChecks('  sanctions: { maxAgeHours: 0 }\n  denylist: 5\n  firstPayment: 1\n');

    expect(short(text)).toHaveLength(3);
  });
});

// The section `checks` of the configuration file: which lists and services checks look at, and where they stand.
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { closedObject, refuse, type PlacedFault } from './rules/document.ts';

/** What checks look at beyond the approval itself; null where the operator did not ask for it. */
export type ChecksConfig = {
  readonly sanctions: {
    readonly origins: readonly (
      | { readonly kind: 'file'; readonly path: string }
      | { readonly kind: 'url'; readonly url: string }
    )[];
    readonly maxAgeMs: number;
    readonly maxShrinkPercent: number;
    readonly refreshMs: number;
  } | null;
  readonly denylist: string | null;
  readonly allowlist: string | null;
  readonly screening: { readonly url: string; readonly secret: string; readonly timeoutMs: number } | null;
  readonly firstPayment: boolean;
  readonly networkHistory: boolean;
  readonly duplicatesWithinMs: number | null;
};

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Standard Webhooks asks for 24 to 64 bytes. */
const minSecretBytes = 24;

const path = z.string().min(1).max(1000);

/** https, or http to this machine; a query may be part of an address of a list, a password may not. */
const address = z.string().transform((text, ctx): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url?.hostname ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback);
  if (url !== null && isSafe && url.username === '' && url.password === '' && url.hash === '') return url.href;
  // The text is not repeated: it may hold a password.
  refuse(ctx, '', 'must be an https address without user, password and fragment (http only for this machine)');
  return z.NEVER;
});

export const checksSection = closedObject({
  sanctions: closedObject({
    files: z.array(path).default([]),
    urls: z.array(address).default([]),
    maxAgeHours: z.int().min(1).max(720).default(24),
    maxShrinkPercent: z.int().min(0).max(100).default(5),
    refreshMinutes: z.int().min(1).max(1440).default(60),
  })
    .nullable()
    .default(null),
  denylist: path.nullable().default(null),
  allowlist: path.nullable().default(null),
  screening: closedObject({
    url: address,
    secret: z
      .string()
      .refine((secret) => Buffer.byteLength(secret) >= minSecretBytes, `must be at least ${minSecretBytes} bytes long`),
    timeoutMs: z.int().min(100).max(10_000).default(3000),
  })
    .nullable()
    .default(null),
  hosts: z.array(z.string()).default([]),
  firstPayment: z.boolean().default(true),
  networkHistory: z.boolean().default(true),
  duplicateHours: z.int().min(0).max(744).default(24),
}).prefault({});

export type ChecksSection = z.output<typeof checksSection>;

/** What one key alone cannot show. */
export function checksFaults(checks: ChecksSection): readonly PlacedFault[] {
  const { sanctions, screening, hosts } = checks;
  const faults: PlacedFault[] = [];
  if (sanctions !== null && sanctions.files.length === 0 && sanctions.urls.length === 0) {
    const words = 'names neither files nor urls';
    faults.push({ place: ['checks', 'sanctions'], words, remedy: checksRemedies['checks.sanctions'] ?? '' });
  }
  const addresses = [
    ...(sanctions?.urls ?? []).map((url, index) => ({ url, place: ['checks', 'sanctions', 'urls', index] })),
    ...(screening === null ? [] : [{ url: screening.url, place: ['checks', 'screening', 'url'] }]),
  ];
  for (const { url, place } of addresses) {
    const { hostname } = new URL(url);
    if (hosts.includes(hostname)) continue;
    const words = `asks the host ${hostname}, which is not one of \`checks.hosts\``;
    faults.push({ place, words, remedy: `Write \`hosts: [${hostname}]\` under \`checks\` if it may be asked.` });
  }
  return faults;
}

/** Paths in the file are relative to the file. */
export function checksConfigOf(checks: ChecksSection, configFile: string): ChecksConfig {
  const at = (file: string): string => resolve(dirname(configFile), file);
  const { sanctions, denylist, allowlist, screening, firstPayment, networkHistory, duplicateHours } = checks;
  return {
    sanctions: sanctions && {
      origins: [
        ...sanctions.files.map((file) => ({ kind: 'file' as const, path: at(file) })),
        ...sanctions.urls.map((url) => ({ kind: 'url' as const, url })),
      ],
      maxAgeMs: sanctions.maxAgeHours * hourMs,
      maxShrinkPercent: sanctions.maxShrinkPercent,
      refreshMs: sanctions.refreshMinutes * minuteMs,
    },
    denylist: denylist && at(denylist),
    allowlist: allowlist && at(allowlist),
    screening,
    firstPayment,
    networkHistory,
    duplicatesWithinMs: duplicateHours === 0 ? null : duplicateHours * hourMs,
  };
}

/** For the configuration's hash: what decisions depend on, without the secret. */
export function openPartOf({ screening, ...checks }: ChecksConfig) {
  return { ...checks, screening: screening && { url: screening.url, timeoutMs: screening.timeoutMs } };
}

export const checksRemedies: Readonly<Record<string, string>> = {
  checks: 'Write a section, e.g. `checks: { denylist: denylist.txt }`, or leave it out.',
  'checks.sanctions': 'Write `sanctions: { files: [ofac.json] }`, or `urls` with an https address.',
  'checks.sanctions.files': 'Write paths beside this file, e.g. `files: [lists/ofac-eth.json]`.',
  'checks.sanctions.urls': 'Write https addresses, e.g. `urls: [https://lists.example.com/ofac.json]`.',
  'checks.sanctions.maxAgeHours': 'Write hours from 1 to 720, e.g. 24.',
  'checks.sanctions.maxShrinkPercent': 'Write per cent from 0 to 100, e.g. 5.',
  'checks.sanctions.refreshMinutes': 'Write minutes from 1 to 1440, e.g. 60.',
  'checks.denylist': 'Write the path of a file with one address a line, e.g. `denylist: denylist.txt`.',
  'checks.allowlist': 'Write the path of a file with one address a line, e.g. `allowlist: allowlist.txt`.',
  'checks.screening': "Write `screening: { url: https://…, secret: '${SCREENING_SECRET}' }`, or leave it out.",
  'checks.screening.url': 'Write the https address of your own service.',
  'checks.screening.secret':
    "Write `secret: '${SCREENING_SECRET}'` and give the variable 32 random characters or more.",
  'checks.screening.timeoutMs': 'Write milliseconds from 100 to 10000, e.g. 3000.',
  'checks.hosts': 'List the hosts that `urls` and `url` may name, e.g. `hosts: [lists.example.com]`.',
  'checks.firstPayment': 'Write true or false.',
  'checks.networkHistory': 'Write true or false.',
  'checks.duplicateHours': 'Write hours from 0 (off) to 744, e.g. 24.',
};

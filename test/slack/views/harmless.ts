// What a payload may hold: no markup but ours, no mention but of our own people, no link but to known places.
import { readFileSync } from 'node:fs';
import type { KnownBlock } from '@slack/types';

const knownPeople = new Set(['U0ALICE', 'U0BOB', 'U0CAROL', 'U0DAVE']);
const knownLinks = [
  /^https:\/\/app\.dfns\.io\/policies$/,
  /^https:\/\/acme\.slack\.com\/archives\/C0APPROVALS\/p[0-9]+$/,
  /^https:\/\/(?:etherscan\.io|mempool\.space)\/address\/[0-9A-Za-z]{1,128}$/,
];

/** Everything in the payload that could ping, link, hide or reorder; empty when it is harmless. */
export function harm(payload: { readonly text?: string; readonly blocks: readonly KnownBlock[] }): readonly string[] {
  return textsIn(payload).flatMap(harmIn);
}

function harmIn(text: string): readonly string[] {
  const faults: string[] = [];
  for (const [, token = ''] of text.matchAll(/<([^>]*)>?/g)) {
    if (!isOurs(token)) faults.push(`markup: ${JSON.stringify(token.slice(0, 80))}`);
  }
  const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u3164\u115f\u1160\u2800\u00a0\u{e0000}-\u{e0fff}]/u.exec(
    // Our own line breaks, and the selector that makes our own signs colourful.
    text.replace(/\n|(?<=[⚠↩⏸▶])\ufe0f/g, ''),
  );
  if (hidden !== null) faults.push(`hidden: U+${hidden[0].codePointAt(0)?.toString(16)}`);
  if (/\p{M}{8}/u.test(text)) faults.push('a flood of marks');
  return faults;
}

function isOurs(token: string): boolean {
  if (/^!date\^-?[0-9]+\^\{[a-z_]+\}(?: at \{[a-z_]+\})?\|[0-9 :-]+ UTC$/.test(token)) return true;
  const mention = /^@(U[A-Z0-9]+)$/.exec(token);
  if (mention?.[1] !== undefined) return knownPeople.has(mention[1]);
  // The channel of the cards, from the configuration.
  if (token === '#C0APPROVALS') return true;
  const link = /^(https:[^|]+)\|(?:Open in [A-Za-z]+|Open the card|Recipient in the explorer)$/.exec(token);
  return link?.[1] !== undefined && knownLinks.some((known) => known.test(link[1] ?? ''));
}

/** Every string that Slack draws, wherever it stands. */
export function textsIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return ['text', 'accessibility_label'].includes(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((entry) => textsIn(entry));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) => textsIn(entry, name));
}

/** The Big List of Naughty Strings, read where it lies; null when this checkout has no copy beside it. */
export function naughtyStrings(): readonly string[] | null {
  return readBeside('blns/blns.json', (text) => {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((entry) => typeof entry === 'string') : [];
  });
}

/** Characters that Unicode lists as confusable with a printable ASCII one (UTS 39); null when there is no copy. */
export function confusables(): readonly string[] | null {
  return readBeside('unicode/confusables.txt', (text) =>
    text.split('\n').flatMap((line) => {
      const [source, target] = line.split(';').map((part) => part.trim());
      if (source === undefined || target === undefined || !/^00[2-7][0-9A-F]$/.test(target)) return [];
      return /^[0-9A-F]{4,6}$/.test(source) ? [String.fromCodePoint(Number.parseInt(source, 16))] : [];
    }),
  );
}

function readBeside<T>(path: string, parse: (text: string) => T): T | null {
  try {
    return parse(readFileSync(new URL(`../../../../shared/vectors/${path}`, import.meta.url), 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

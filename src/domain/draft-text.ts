// Texts of a platform's policies as a drafted rulebook takes them: titles, ids, limits in a currency.
import { createHash } from 'node:crypto';
import { parseFiat } from './amount.ts';

/** One printable line of at most so many characters; null when nothing is left. */
export function draftLine(text: string, most: number): string | null {
  const line = text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, most)
    // A surrogate pair may have been cut in two.
    .replace(/[\uD800-\uDBFF]$/, '')
    .trim();
  return line === '' ? null : line;
}

/** `High Value Approval` → `high-value-approval`; room is left for a suffix. Null when no letter or digit is in it. */
export function draftSlug(text: string): string | null {
  const slug = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .toLowerCase()
    .slice(0, 40)
    .replace(/-$/, '');
  return slug === '' ? null : slug;
}

/** A platform's id where a rulebook takes it as it is, its slug otherwise. */
export function draftId(text: string): string | null {
  return /^[a-z0-9][a-z0-9._-]{0,47}$/i.test(text) ? text : draftSlug(text);
}

/** `palisade-…` in letters, digits, dots and dashes; where that changes the id, a part of its hash keeps it unique. */
export function draftRuleId(platform: string, id: string): string {
  const plain = `${platform}-${id}`.replace(/[^A-Za-z0-9._-]+/g, '-');
  if (plain === `${platform}-${id}` && plain.length <= 57) return plain;
  return `${plain.slice(0, 46)}-${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

/** A name or an id as a rule says it: one printable line, and words where nothing is left of it. */
export function draftName(text: string, most: number): string {
  return draftLine(text, most) ?? 'without a name';
}

/** `dfns-treasury`: sets of two connections can stand in one rulebook. */
export function draftSetName(platform: string, connection: string | null): string {
  if (connection === null) return platform;
  return `${platform}-${connection.replaceAll(/[^A-Za-z0-9._-]/g, '-')}`.slice(0, 41);
}

export type DraftLimit =
  /** `cut`: the source had more than two decimals, and this is the next lower limit. */
  | { readonly kind: 'limit'; readonly text: string; readonly cut: boolean }
  /** Nothing, or less than a hundredth: no limit of ours, because everything is above it. */
  | { readonly kind: 'zero'; readonly cut: boolean }
  | { readonly kind: 'fault'; readonly words: string };

/** `1e4` in `USD` → `10000 USD`, by its digits: no amount is ever a floating-point number. */
export function draftLimit(source: string, currency: string): DraftLimit {
  const [, whole, fraction = '', exponent = '0'] =
    /^(\d{1,100})(?:\.(\d{1,100}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(source) ?? [];
  if (whole === undefined) return { kind: 'fault', words: `"${source.slice(0, 60)}" is not an amount` };
  const point = whole.length + Number(exponent);
  const digits = `${'0'.repeat(Math.max(0, -point))}${whole}${fraction}`.padEnd(Math.max(0, point), '0');
  const at = Math.max(0, point);
  const units = digits.slice(0, at).replace(/^0+/, '') || '0';
  const cents = digits.slice(at, at + 2).replace(/0+$/, '');
  const cut = /[1-9]/.test(digits.slice(at + 2));
  if (units === '0' && cents === '') return { kind: 'zero', cut };
  const text = `${units}${cents === '' ? '' : `.${cents}`} ${currency}`;
  if (parseFiat(text) !== null) return { kind: 'limit', text, cut };
  if (parseFiat(`1 ${currency}`) === null)
    return { kind: 'fault', words: `"${currency.slice(0, 10)}" is not a currency` };
  return { kind: 'fault', words: 'is more than any limit here' };
}

// One hash of everything in an approval that people or rules could have decided on.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { LosslessNumber } from 'lossless-json';
import type { Approval } from './approval.ts';
import type { ExactJson } from './json.ts';

/** 64 lower-case hex digits. A vote binds all of them; people read the first twelve. */
export type Fingerprint = string;

/**
 * SHA-256 of `countersign/v1` and the canonical JSON (RFC 8785) of platform, organisation, environment, approval id,
 * initiator and the decisive content. Numbers enter as their source text, because canonical JSON rounds above 2^53.
 */
export function fingerprintOf(
  approval: Pick<Approval, 'platform' | 'organisation' | 'environment' | 'id' | 'initiator' | 'decisive'>,
): Fingerprint {
  const canonical = canonicalize(
    withNumbersAsText({
      platform: approval.platform,
      organisation: approval.organisation,
      environment: approval.environment,
      approval: approval.id,
      initiator: approval.initiator?.account ?? null,
      decisive: approval.decisive,
    }),
  );
  if (canonical === undefined) throw new Error('failed to canonicalise an approval');
  return createHash('sha256').update('countersign/v1\n').update(canonical).digest('hex');
}

/** `7F3A-91C2-0D4E`: for people's eyes only. */
export function shortFingerprint(fingerprint: Fingerprint): string {
  return (fingerprint.slice(0, 12).toUpperCase().match(/.{4}/g) ?? []).join('-');
}

type Canonical = null | boolean | string | readonly Canonical[] | { readonly [key: string]: Canonical };

/**
 * Numbers become `{"#": "<source text>"}`, and a key that starts with `#` gains one more, so that the mapping is
 * one to one: the number 1, the text "1" and an object that imitates the mark all hash differently.
 */
function withNumbersAsText(value: ExactJson): Canonical {
  if (value === null || typeof value === 'boolean') return value;
  // An unpaired surrogate has no canonical UTF-8; escaped, it still distinguishes one text from another.
  if (typeof value === 'string') return value.isWellFormed() ? value : { '#!': escape16(value) };
  if (value instanceof LosslessNumber) return { '#': value.value };
  if (isArray(value)) return value.map(withNumbersAsText);
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key.startsWith('#') || !key.isWellFormed() ? `#${escape16(key)}` : key,
      withNumbersAsText(entry),
    ]),
  );
}

function isArray(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value);
}

function escape16(text: string): string {
  return text.isWellFormed() ? text : JSON.stringify(text);
}

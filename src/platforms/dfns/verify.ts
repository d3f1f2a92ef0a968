// From raw bytes to a hint: is this delivery signed by one of our secrets, is it fresh, and which approval does it name?
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EpochMs } from '../../domain/amount.ts';
import type { Hint, RawDelivery, Verification } from '../platform.ts';
import { idGrammar, requestNames } from './wire.ts';

const signatureHeader = 'x-dfns-webhook-signature';
const signatureGrammar = /^sha256=[0-9a-f]{64}$/;
const kindGrammar = /^[A-Za-z0-9_.:-]{1,100}$/;
/** An instant in ISO 8601, whatever its precision. */
const dateGrammar = /^[0-9T:.Z+-]{10,40}$/;

/** Dfns stamps every attempt when it signs it; both a late copy and one from the future are refused. */
const toleranceMs = 300_000;

const maxDepth = 64;

/** Fatal, so that two byte sequences can never become one text; a byte order mark stays, and is not JSON. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A delivery is a hint, so native JSON is exact enough here: nothing but an id is taken from it. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonRecord = { readonly [key: string]: Json };

export function verifyDelivery(delivery: RawDelivery, secrets: readonly string[], now: EpochMs): Verification {
  // 1. One signature, in the one form that Dfns writes.
  const header = delivery.headers[signatureHeader];
  if (header === undefined || header === '') return rejected('no-signature');
  if (!signatureGrammar.test(header)) return rejected('bad-signature');
  const claimed = Buffer.from(header.slice('sha256='.length), 'hex');

  // 2. The bytes as they came, before anything reads them; every secret, because a rotation has two.
  const signedAsSent = isSigned(claimed, secrets, delivery.body);

  // 3. Only then the content. Dfns' own sample signs the re-serialised event: where that differs from the bytes (escapes,
  //    white space) it is accepted too, and needs the secret just as well.
  const event = parse(delivery.body);
  if (!signedAsSent) {
    if (event === null || !isSigned(claimed, secrets, JSON.stringify(event))) return rejected('bad-signature');
  }
  if (event === null) return rejected('malformed');

  // 4. Fresh: whole seconds, and near our clock on either side.
  const sentAtSeconds = event['timestampSent'];
  if (typeof sentAtSeconds !== 'number' || !Number.isSafeInteger(sentAtSeconds)) return rejected('malformed');
  if (Math.abs(now - sentAtSeconds * 1000) > toleranceMs) return rejected('stale');

  return { kind: 'verified', hint: hintOf(event, delivery.body) };
}

function isSigned(claimed: Buffer, secrets: readonly string[], content: Uint8Array | string): boolean {
  return secrets.some((secret) => {
    // An empty secret would let anybody sign.
    if (secret === '') return false;
    const expected = createHmac('sha256', secret).update(content).digest();
    return expected.length === claimed.length && timingSafeEqual(expected, claimed);
  });
}

function parse(body: Uint8Array): JsonRecord | null {
  try {
    const parsed: unknown = JSON.parse(utf8.decode(body));
    return isJson(parsed, 0) && isJsonRecord(parsed) ? parsed : null;
  } catch {
    // Not UTF-8 or not JSON: that is the answer, not a fault.
    return null;
  }
}

/** Bounds the depth, because what follows recurses, and refuses the key that some libraries turn into a prototype. */
function isJson(value: unknown, depth: number): value is Json {
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth + 1));
  return Object.entries(value).every(([key, item]) => key !== '__proto__' && isJson(item, depth + 1));
}

function isJsonRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hintOf(event: JsonRecord, body: Uint8Array): Hint {
  const { kind } = event;
  // A signed body of an unknown form (the test event is not documented) is recorded, not refused.
  const eventKind = typeof kind === 'string' && kindGrammar.test(kind) ? kind : 'unrecognised';
  const approvalId = approvalIdIn(event['data']);
  return { eventKind, dedupeKey: dedupeKeyOf(event, body, { eventKind, approvalId }), approvalId };
}

/**
 * Every attempt is a new event id, and `retryOf` names only the attempt before it, so no id is common to a whole chain
 * of five. What is common is the event itself: its kind, its date and its data, in canonical form because nothing
 * promises that a stored event keeps the order of its keys. Where the data name an approval, its id stands for them:
 * hashing all of it was the dearest step of the intake, and a hint that coincides with another one of the same kind,
 * moment and approval asks for the same reading. An event without data falls back on the ids.
 * https://docs.dfns.co/api-reference/webhook-events
 */
function dedupeKeyOf(event: JsonRecord, body: Uint8Array, named: Pick<Hint, 'eventKind' | 'approvalId'>): string {
  const { kind, date, data, id, retryOf } = event;
  if (named.approvalId !== null && typeof date === 'string' && dateGrammar.test(date)) {
    return `${named.eventKind}/${date}/${named.approvalId}`;
  }
  if (isJsonRecord(data) && Object.keys(data).length > 0) {
    return `data-${sha256(canonicalOf([kind ?? null, date ?? null, data]))}`;
  }
  for (const candidate of [retryOf, id]) {
    if (typeof candidate === 'string' && idGrammar.test(candidate)) return `event-${candidate}`;
  }
  return `body-${sha256(body)}`;
}

function canonicalOf(value: Json): string {
  try {
    return canonicalize(value) ?? '';
  } catch {
    // An unpaired surrogate (a hostile memo) has no canonical form: then the sender's own order of keys has to do.
    return JSON.stringify(value);
  }
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The documents disagree on where the id is; the first place that holds anything decides, also when it is no id. */
function approvalIdIn(data: Json | undefined): string | null {
  const approval = valueAt(data, 'approval');
  const candidates = [valueAt(approval, 'id'), valueAt(data, 'approvalId'), valueAt(approval, 'approvalId')];
  for (const holder of [data, valueAt(data, 'activity'), valueAt(approval, 'activity')]) {
    candidates.push(...requestNames.map((name) => valueAt(valueAt(holder, name), 'approvalId')));
  }
  const found = candidates.find((candidate) => candidate !== undefined && candidate !== null);
  return typeof found === 'string' && idGrammar.test(found) ? found : null;
}

function valueAt(value: Json | undefined, key: string): Json | undefined {
  return isJsonRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function rejected(reason: Extract<Verification, { kind: 'rejected' }>['reason']): Verification {
  return { kind: 'rejected', reason };
}

// One HTTP call to Dfns: a deadline, a size limit, no redirects, and an answer for everything that can happen.
import type { EpochMs } from '../../domain/amount.ts';
import { readJson, type ExactJson } from '../../domain/json.ts';
import { textAt } from './document.ts';

export type Call = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent byte for byte: what was signed is what goes out. */
  readonly body?: string;
  /** Proof of the signature over exactly this call. */
  readonly userAction?: string;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
};

type Answer = {
  readonly status: number;
  readonly text: string;
  readonly retryAfterMs: number | null;
  /** The platform's clock as its `Date` header says. */
  readonly date: EpochMs | null;
};

export type Sent =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'too-large'; readonly reason: string; readonly start: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

export type Transport = (call: Call) => Promise<Sent>;

export const callTimeoutMs = 10_000;
const usualMaxBytes = 4 * 1024 * 1024;

/** Kept of an answer that is too large to be read. */
const shownBytes = 64 * 1024;

export function createTransport(settings: { readonly baseUrl: string; readonly token: string }): Transport {
  const base = settings.baseUrl.replace(/\/+$/, '');
  return async (call) => {
    const timeoutMs = call.timeoutMs ?? callTimeoutMs;
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query).toString()}`;
    try {
      const response = await fetch(`${base}${call.path}${query}`, {
        method: call.method,
        headers: {
          authorization: `Bearer ${settings.token}`,
          accept: 'application/json',
          // Dfns refuses requests without one.
          'user-agent': 'countersign',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(call.userAction === undefined ? {} : { 'x-dfns-useraction': call.userAction }),
        },
        ...(call.body === undefined ? {} : { body: call.body }),
        // A redirect would carry the token to somebody else.
        redirect: 'error',
        signal: AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs))),
      });
      const { bytes, complete } = await readUpTo(response, call.maxBytes ?? usualMaxBytes);
      const text = new TextDecoder().decode(complete ? bytes : bytes.subarray(0, shownBytes));
      if (!complete) return { kind: 'too-large', reason: 'the answer is too large to be read', start: text };
      const answer = {
        status: response.status,
        text,
        retryAfterMs: secondsToMs(response.headers.get('retry-after')),
        date: instantOf(response.headers.get('date')),
      };
      return { kind: 'answered', answer };
    } catch (error) {
      return { kind: 'unavailable', reason: wordsOfFailure(error, timeoutMs) };
    }
  };
}

async function readUpTo(response: Response, maxBytes: number): Promise<{ bytes: Uint8Array; complete: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > maxBytes) return { bytes: Buffer.concat(chunks), complete: false };
  }
  return { bytes: Buffer.concat(chunks), complete: true };
}

function secondsToMs(header: string | null): number | null {
  return header !== null && /^[0-9]{1,5}$/.test(header) ? Number(header) * 1000 : null;
}

function instantOf(header: string | null): EpochMs | null {
  const instant = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(instant) ? null : instant;
}

/** Codes and names only: the messages of network errors can hold addresses, and nothing may branch on them. */
function wordsOfFailure(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'the call failed';
  if (error.name === 'TimeoutError') return `no answer within ${(timeoutMs / 1000).toFixed(1)} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : error.name;
  return `the connection failed (${code})`;
}

export type ApiResult<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'status'; readonly status: number; readonly message: string; readonly retryAfterMs: number | null }
  /** Dfns answered with success, in a form that we can't read. */
  | { readonly kind: 'malformed'; readonly reason: string; readonly document: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Reads an answer as exact JSON; success is 200 or 201 and nothing else, 202 above all not. */
export function resultOf(sent: Sent): ApiResult<ExactJson> {
  if (sent.kind === 'unavailable') return sent;
  if (sent.kind === 'too-large') return { kind: 'malformed', reason: sent.reason, document: sent.start };
  const { status, text, retryAfterMs } = sent.answer;
  if (status !== 200 && status !== 201) return { kind: 'status', status, message: messageIn(text), retryAfterMs };
  const reading = readJson(text);
  if (reading.kind === 'ok') return { kind: 'ok', value: reading.value };
  // What no parser can read did not come from the API but from something in front of it, and passes.
  return isNativeJson(text)
    ? { kind: 'malformed', reason: `the answer is not exact JSON: ${reading.reason}`, document: text }
    : { kind: 'unavailable', reason: `status ${status} with an answer that is not JSON` };
}

function isNativeJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Not JSON: that is the answer.
    return false;
  }
}

/** For people and logs; the texts are not documented and nothing may branch on them. */
function messageIn(text: string): string {
  const reading = readJson(text);
  if (reading.kind !== 'ok') return 'an answer that is not JSON';
  const found = readMessage(reading.value);
  return found === null ? 'no message' : found.replaceAll(/\p{C}/gu, ' ').slice(0, 200);
}

function readMessage(document: ExactJson): string | null {
  return textAt(document, 'error', 'message') ?? textAt(document, 'message');
}

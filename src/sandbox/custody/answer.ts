// What a route can answer, and the bodies of refusals as the platform words them.
import { newErrorId } from './ids.ts';
import type { JsonObject } from './json.ts';

export type Answer =
  | { kind: 'json'; status: number; body: unknown; headers?: Record<string, string> }
  | { kind: 'html'; status: number; body: string }
  /** Accepted, and then nothing until the fault is cleared. */
  | { kind: 'hang' }
  /** The connection is cut. */
  | { kind: 'reset' };

export const ok = (body: unknown, status = 200): Answer => ({ kind: 'json', status, body });

/** The full form of an error body. */
export const refused = (status: number, message: string, details?: JsonObject): Answer => ({
  kind: 'json',
  status,
  body: { error: { id: newErrorId(), status, message, ...(details ? { details } : {}) } },
});

/** The short form, which the authentication routes still use. */
export const refusedShort = (status: number, message: string): Answer => ({
  kind: 'json',
  status,
  body: { error: { message } },
});

export const notAuthorized = (): Answer => refusedShort(401, 'Not Authorized.');

export const tooManyRequests = (retryAfterSeconds: number): Answer => ({
  kind: 'json',
  status: 429,
  body: { error: { id: newErrorId(), status: 429, message: 'Too Many Requests' } },
  headers: { 'retry-after': String(retryAfterSeconds) },
});

/** null when the caller never gets an answer. */
export const statusOf = (answer: Answer): number | null =>
  answer.kind === 'json' || answer.kind === 'html' ? answer.status : null;

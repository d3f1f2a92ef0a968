// One call to Slack's Web API as a value: what Slack said, and whether the call may have taken effect all the same.
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { z } from 'zod';
import type { TaskResult } from '../flow/task-result.ts';

export type SlackFailure =
  /** Slack said no, in a word of its own: nothing happened. */
  | { readonly kind: 'refused'; readonly error: string }
  /** Too many calls: nothing happened. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** The call never arrived: nothing happened. */
  | { readonly kind: 'unreached'; readonly reason: string }
  /** No clear answer: it may have happened. */
  | { readonly kind: 'unknown'; readonly reason: string };

export type SlackAnswer<T> = { readonly kind: 'ok'; readonly value: T } | SlackFailure;

/** How long a word that Slack will most likely repeat is left alone: a person has to act first. */
const afterRefusalMs = 60_000;

/** Words that Slack uses for its own trouble. "It's possible some aspect of the operation succeeded": docs.slack.dev */
const troubles: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

const limits: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded']);

/** Connection faults from before the first byte went out. */
const unreachedCodes: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const errorWord = /^[a-z][a-z0-9_]{1,79}$/;

const withCause = z.object({ cause: z.object({ code: z.string() }) });

/** Rethrows what is not about Slack at all. */
export function failureOf(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'limited', retryAfterMs: Math.max(1, error.retryAfter) * 1000 };
  }
  if (error instanceof WebAPIPlatformError) return platformFailure(error.data.error);
  if (error instanceof WebAPIHTTPError) return { kind: 'unknown', reason: `http_${error.statusCode}` };
  if (error instanceof WebAPIRequestError) {
    const code = withCause.safeParse(error.original).data?.cause.code ?? error.original.name;
    return { kind: unreachedCodes.has(code) ? 'unreached' : 'unknown', reason: code };
  }
  if (error instanceof z.ZodError) return { kind: 'unknown', reason: 'unreadable_answer' };
  // The deadline may also pass while the body is read, which the client does not wrap.
  if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')) {
    return { kind: 'unknown', reason: error.name };
  }
  if (error instanceof TypeError && error.message === 'terminated') return { kind: 'unknown', reason: 'terminated' };
  throw error;
}

function platformFailure(word: string): SlackFailure {
  // A page of HTML in place of an answer becomes the "word" in this client.
  if (!errorWord.test(word)) return { kind: 'unknown', reason: 'unreadable_answer' };
  if (troubles.has(word)) return { kind: 'unknown', reason: word };
  if (limits.has(word)) return { kind: 'limited', retryAfterMs: 1000 };
  return { kind: 'refused', error: word };
}

/** For logs, metrics and the attention list. */
export function failureWord(failure: SlackFailure): string {
  switch (failure.kind) {
    case 'refused':
      return failure.error;
    case 'limited':
      return 'ratelimited';
    case 'unreached':
    case 'unknown':
      return failure.reason;
  }
}

/** Weather is tried again soon, with growing pauses; a refusal after a while. */
export function taskFailure(failure: SlackFailure): TaskResult {
  const reason = `Slack: ${failureWord(failure)}`;
  switch (failure.kind) {
    case 'refused':
      return { kind: 'failed', reason, retryAfterMs: afterRefusalMs };
    case 'limited':
      return { kind: 'failed', reason, retryAfterMs: failure.retryAfterMs };
    case 'unreached':
    case 'unknown':
      return { kind: 'failed', reason, retryAfterMs: null };
  }
}

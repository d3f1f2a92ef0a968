// The door in front of Bolt: nothing reaches it that is not signed by Slack, in one form, now and for the first time.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Context } from '../context.ts';
import { answerUnread, readBody } from './body.ts';
import { createReplayMemory } from './replay-memory.ts';

export type SlackGuardDeps = Pick<Context, 'now' | 'log'> & { readonly signingSecret: string };

const limitBytes = 1024 * 1024;
/** Both ways. Bolt looks at the past only, and takes a request from next week: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const toleranceSeconds = 300;
/** As long as one signature can be fresh: from five minutes ahead of our clock to five behind it. */
const replayMs = 2 * toleranceSeconds * 1000;

const signatureGrammar = /^v0=[0-9a-f]{64}$/;
const timestampGrammar = /^[1-9][0-9]{0,11}$/;
const contentTypeGrammar = /^(application\/(?:json|x-www-form-urlencoded))(?:; ?charset=utf-8)?$/i;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function guardSlack(deps: SlackGuardDeps): RequestHandler {
  if (deps.signingSecret === '') throw new Error('failed to guard the Slack route: the signing secret is empty');
  const memory = createReplayMemory({ keepMs: replayMs, maxEntries: 100_000 });
  return async (request, response, next) => {
    const refuse = (status: number, reason: string, words: string): void => {
      deps.log.warn({ reason }, 'slack request refused');
      answerUnread(request, response, status, words);
    };

    // 1. The form of the request.
    if (request.method !== 'POST') return refuse(405, 'method', 'method not allowed');
    if (!isOneEncoding(request)) return refuse(415, 'content-encoding', 'content encoding not supported');
    const contentType = contentTypeGrammar.exec(onlyHeader(request, 'content-type') ?? '')?.[1]?.toLowerCase();
    if (contentType === undefined) return refuse(415, 'content-type', 'content type not supported');

    // 2. One signature and one timestamp, both in the one form that Slack writes.
    const signature = onlyHeader(request, 'x-slack-signature') ?? '';
    const timestamp = onlyHeader(request, 'x-slack-request-timestamp') ?? '';
    if (!signatureGrammar.test(signature)) return refuse(401, 'signature-form', 'unauthorized');
    if (!timestampGrammar.test(timestamp)) return refuse(401, 'timestamp-form', 'unauthorized');

    // 3. Fresh, on either side of our clock.
    if (Math.abs(deps.now() / 1000 - Number(timestamp)) > toleranceSeconds) return refuse(401, 'stale', 'unauthorized');

    // 4. The bytes, up to the limit, and signed as they came.
    const body = await readBody(request, limitBytes);
    if (body.kind === 'aborted') return;
    if (body.kind === 'too-large') return refuse(413, 'too-large', 'too large');
    if (!isSigned(deps.signingSecret, timestamp, body.bytes, signature)) {
      return refuse(401, 'bad-signature', 'unauthorized');
    }

    // 5. Nothing that Bolt would read in another way than we do.
    const fault = faultIn(contentType, body.bytes);
    if (fault !== null) return refuse(400, fault, 'bad request');

    // 6. For the first time. Each process remembers for itself; what a replay on another one does is idempotent.
    const claim = memory.claim(signature, deps.now());
    if (claim === 'answered') return void response.status(200).end();
    if (claim === 'running') return refuse(409, 'replay', 'already running');
    response.once('close', () => memory.settle(signature, isSuccess(response)));

    pass(request, { contentType, bytes: body.bytes }, next);
  };
}

/** Bolt takes `rawBody` for the bytes, and knows the content type in its shortest form only. */
function pass(request: Request, found: { contentType: string; bytes: Buffer }, next: NextFunction): void {
  request.headers['content-type'] = found.contentType;
  Object.assign(request, { rawBody: found.bytes });
  next();
}

/** Undefined when it is missing, and also when it is there twice: which of them counts would be anybody's guess. */
function onlyHeader(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name];
  return values?.length === 1 ? values[0] : undefined;
}

function isOneEncoding(request: IncomingMessage): boolean {
  return request.headers['content-encoding'] === undefined || onlyHeader(request, 'content-encoding') === 'identity';
}

function isSigned(secret: string, timestamp: string, body: Buffer, signature: string): boolean {
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const claimed = Buffer.from(signature.slice('v0='.length), 'hex');
  return expected.length === claimed.length && timingSafeEqual(expected, claimed);
}

/**
 * `ssl_check` makes Bolt skip what follows, and older versions ran handlers on it before looking at the signature:
 * https://github.com/slackapi/bolt-js/issues/2897. Slack itself sends `payload` alone, or not at all.
 */
function faultIn(contentType: string, body: Buffer): string | null {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    // Bolt would replace the bytes that are no text, and read something that nobody signed.
    return 'not-utf8';
  }
  if (contentType === 'application/json') return null;
  const fields = parse(text);
  if ('ssl_check' in fields) return 'ssl-check';
  if (Object.values(fields).some((value) => Array.isArray(value))) return 'field-twice';
  if ('payload' in fields && Object.keys(fields).length > 1) return 'more-than-a-payload';
  return null;
}

function isSuccess(response: Response): boolean {
  return response.writableFinished && response.statusCode >= 200 && response.statusCode < 300;
}

// Sends requests to the app, signed, over HTTP or an open socket, and judges the answer by the three-second rule.
import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parseJson, type Json, type JsonObject } from './json.ts';
import type { Workspace } from './workspace.ts';

export type EnvelopeType = 'interactive' | 'slash_commands' | 'events_api';

/** What the app answered: `status` is 0 when no answer came, `error` says why a person would see a failure. */
export type Ack = { status: number; ackMs: number; body: Json; noRetry: boolean; error?: string };

/** Departures from an honest request, for tests of the app's guard. */
export type Forgery = {
  signature?: string | undefined;
  timestamp?: string | undefined;
  contentType?: string | undefined;
  signingSecret?: string | undefined;
};

export type Retry = { num: number; reason: string };

export type Socket = {
  isOpen(): boolean;
  send(envelope: { type: EnvelopeType; payload: JsonObject; retry?: Retry }, timeoutMs: number): Promise<Ack>;
};

export type Delivery = { type: EnvelopeType; payload: JsonObject; retry?: Retry; forgery?: Forgery };

const SLOWEST_ACK_MS = 3_000;

function signature(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

function bodyOf({ type, payload }: Delivery): { body: string; contentType: string } {
  if (type === 'events_api') return { body: JSON.stringify(payload), contentType: 'application/json' };
  const fields: JsonObject = type === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
  const form = new URLSearchParams();
  for (const [key, value] of Object.entries(fields))
    form.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  // Exactly this, without a charset: Bolt refuses anything else with 400.
  return { body: form.toString(), contentType: 'application/x-www-form-urlencoded' };
}

type Outgoing = { url: URL; headers: Record<string, string>; body: string; timeoutMs: number };

/** A connection of its own for each request, so that none is left behind in a pool. */
function post({ url, headers, body, timeoutMs }: Outgoing): Promise<Ack> {
  const startedAt = performance.now();
  const took = (): number => Math.round(performance.now() - startedAt);
  const nothing = (error: string): Ack => ({ status: 0, ackMs: took(), body: null, noRetry: false, error });
  return new Promise((resolve) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const outgoing = send(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(nothing('connection_failed')));
      response.on('end', () => {
        clearTimeout(timer);
        const status = response.statusCode ?? 0;
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status,
          ackMs: took(),
          body: parseJson(text) ?? (text === '' ? null : text),
          noRetry: response.headers['x-slack-no-retry'] === '1',
          ...(status >= 200 && status < 300 ? {} : { error: `http_${status}` }),
        });
      });
    });
    const timer = setTimeout(() => {
      resolve(nothing('operation_timeout'));
      outgoing.destroy();
    }, timeoutMs);
    outgoing.on('error', () => {
      clearTimeout(timer);
      resolve(nothing('connection_failed'));
    });
    outgoing.end(body);
  });
}

export async function deliver(workspace: Workspace, socket: Socket, delivery: Delivery): Promise<Ack> {
  const timeoutMs = workspace.options.ackTimeoutMs ?? SLOWEST_ACK_MS;
  const { forgery, retry } = delivery;
  if (socket.isOpen() && forgery === undefined) {
    return socket.send(
      { type: delivery.type, payload: delivery.payload, ...(retry === undefined ? {} : { retry }) },
      timeoutMs,
    );
  }
  if (workspace.requestUrl === undefined) {
    return { status: 0, ackMs: 0, body: null, noRetry: false, error: 'no_app' };
  }
  const { body, contentType } = bodyOf(delivery);
  const timestamp = forgery?.timestamp ?? String(Math.floor(Date.now() / 1_000));
  const secret = forgery?.signingSecret ?? workspace.options.signingSecret;
  const headers: Record<string, string> = {
    'content-type': forgery?.contentType ?? contentType,
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    accept: 'application/json,*/*',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': forgery?.signature ?? signature(secret, timestamp, body),
    ...(retry === undefined ? {} : { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
  };
  return post({ url: new URL(workspace.requestUrl), headers, body, timeoutMs });
}

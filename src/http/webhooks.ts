// POST /webhooks/:connection on a plain handler: the framework would cost more than everything that happens here.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { receiveDelivery, type Receipt, type ReceiveContext } from '../flow/receive-delivery.ts';
import { answerUnread, readBody } from './body.ts';

export const webhookPrefix = '/webhooks/';

const limitBytes = 256 * 1024;

export type DeliveryResult = Receipt['kind'] | 'too-large' | 'aborted';

export type WebhookDeps = ReceiveContext & {
  /** `connection` is null when no such connection exists: a name that a stranger made up is no label. */
  readonly onDelivery?: (connection: string | null, result: DeliveryResult) => void;
};

export type PlainHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function handleWebhooks(deps: WebhookDeps): PlainHandler {
  return async (request, response) => {
    // 1. What no custody platform sends. The same for every name, so nothing is learnt about names here.
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return answerUnread(request, response, 405, 'method not allowed');
    }
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') {
      return answerUnread(request, response, 415, 'content encoding not supported');
    }

    // 2. The bytes, up to the limit.
    const connection = nameIn(request.url ?? '');
    const label = deps.platforms.has(connection) ? connection : null;
    const body = await readBody(request, limitBytes);
    if (body.kind !== 'whole') {
      deps.onDelivery?.(label, body.kind);
      if (body.kind === 'too-large') answerUnread(request, response, 413, 'too large');
      return;
    }

    // 3. Verified, stored, committed; then the answer.
    const receipt = await receive(deps, connection, { headers: headersOf(request), body: body.bytes });
    deps.onDelivery?.(label, receipt.kind);
    answer(response, receipt);
  };
}

/** A name that can't exist goes the way of a name that does not exist. */
function nameIn(url: string): string {
  const query = url.indexOf('?');
  return url.slice(webhookPrefix.length, query === -1 ? undefined : query);
}

async function receive(
  deps: WebhookDeps,
  connection: string,
  delivery: Parameters<typeof receiveDelivery>[1]['delivery'],
): Promise<Receipt> {
  try {
    return await receiveDelivery(deps, { connection, delivery });
  } catch (error) {
    // A fault of ours: the sender keeps the event and tries again.
    deps.log.error({ err: error, connection }, 'delivery not received');
    return { kind: 'unavailable' };
  }
}

/** Exactly 200 counts as delivered on the platforms; all refusals look the same. */
function answer(response: ServerResponse, receipt: Receipt): void {
  switch (receipt.kind) {
    case 'stored':
    case 'duplicate':
      // Without a body the whole answer is one write.
      response.writeHead(200, { 'content-length': 0 });
      return void response.end();
    case 'refused':
      return end(response, 401, 'unauthorized');
    case 'unavailable':
      response.setHeader('retry-after', '5');
      return end(response, 503, 'unavailable');
  }
}

function end(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': words.length });
  response.end(words);
}

function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    // Only `set-cookie` comes as a list, and nobody sends it to a server.
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

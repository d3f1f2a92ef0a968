// The listening side: bytes in, answers out, and the two ways of not answering that a fault can ask for.
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerApi } from './api.ts';
import type { ApiReply } from './api.ts';
import { refused } from './answer.ts';
import type { Control } from './control.ts';
import { answerControl } from './control-routes.ts';
import { printJson } from './json.ts';
import type { World } from './world.ts';

const largestBody = 1024 * 1024;

const openToAnyPage = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
  'access-control-allow-headers': 'content-type',
};

export function createServer(world: World, control: Control): http.Server {
  return http.createServer((request, response) => {
    serve(world, control, request, response).catch((error: unknown) => {
      // A fault of the sandbox itself must not look like one of the platform's: it is loud, and says whose it is.
      world.log(`sandbox fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (!response.headersSent) send(response, 500, { error: { message: `sandbox fault: ${String(error)}` } }, {});
    });
  });
}

async function serve(
  world: World,
  control: Control,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const rawBody = await readBody(request);
  if (url.pathname.startsWith('/_sandbox/')) {
    if (method === 'OPTIONS') {
      response.writeHead(204, openToAnyPage).end();
      return;
    }
    const reply = await answerControl(control, { method, url, rawBody: rawBody ?? '' });
    send(response, reply.status, reply.body, openToAnyPage);
    return;
  }
  const reply: ApiReply =
    rawBody === undefined
      ? { answer: refused(413, 'Payload Too Large'), headers: {} }
      : await answerApi(world, { method, url, headers: request.headers, rawBody });
  write(world, request, response, reply);
  const { answer } = reply;
  world.log(`${method} ${url.pathname} -> ${'status' in answer ? answer.status : answer.kind}`);
}

function write(world: World, request: IncomingMessage, response: ServerResponse, { answer, headers }: ApiReply): void {
  switch (answer.kind) {
    case 'json':
      send(response, answer.status, answer.body, { ...headers, ...answer.headers });
      return;
    case 'html':
      response.writeHead(answer.status, { ...headers, 'content-type': 'text/html' }).end(answer.body);
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hang': {
      const { socket } = request;
      world.hanging.add(socket);
      socket.once('close', () => world.hanging.delete(socket));
      return;
    }
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string>): void {
  const text = printJson(body);
  response
    .writeHead(status, {
      ...headers,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    })
    .end(text);
}

/** undefined when the body is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.from(chunk);
    size += bytes.length;
    if (size > largestBody) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

// A folder for lists, and a host that hands out whatever the test wants.
import { once } from 'node:events';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Folder = {
  path(name: string): string;
  /** `changedAt` as the file's own date, so that a test need not wait for the clock. */
  write(name: string, text: string, changedAt: number): Promise<string>;
  remove(): Promise<void>;
};

export async function aFolder(): Promise<Folder> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-lists-'));
  const path = (name: string): string => join(folder, name);
  return {
    path,
    write: async (name, text, changedAt) => {
      await writeFile(path(name), text);
      await utimes(path(name), changedAt / 1000, changedAt / 1000);
      return path(name);
    },
    remove: async () => rm(folder, { recursive: true, force: true }),
  };
}

export type Host = {
  readonly url: string;
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void;
  readonly asked: { readonly headers: IncomingMessage['headers']; readonly body: string }[];
  stop(): Promise<void>;
};

export async function aHost(): Promise<Host> {
  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      host.asked.push({ headers: request.headers, body });
      host.answer(request, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the host has no port');
  const host: Host = {
    url: `http://127.0.0.1:${address.port}/list`,
    answer: (_request, response) => void response.writeHead(404).end(),
    asked: [],
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return host;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

// Bytes on a socket, for requests that no well-behaved client would send.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends, and reads until the other side hangs up. */
export async function exchange(port: number, bytes: string | Buffer): Promise<{ status: number; text: string }> {
  const socket = await open(port);
  const text = collect(socket);
  socket.write(bytes);
  return parse(await text);
}

export async function collect(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

/** 0 when nothing was answered. */
function parse(text: string): { status: number; text: string } {
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text };
}

export type RawRequest = {
  method?: string;
  path: string;
  headers: readonly (readonly [string, string])[];
  body?: Buffer | string;
  /** False: no content-length of our own making. */
  announce?: boolean;
};

export function bytesOf({ method = 'POST', path, headers, body = '', announce = true }: RawRequest): Buffer {
  const content = Buffer.from(body);
  const all = [['host', 'localhost'], ...headers, ['connection', 'close']];
  if (announce) all.push(['content-length', String(content.length)]);
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head}\r\n`, 'latin1'), content]);
}

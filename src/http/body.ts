// Reads a request's body up to a limit, and answers requests whose body nobody is going to read.
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  /** The sender went away: there is nobody to answer. */
  | { readonly kind: 'aborted' };

/** After `too-large` the rest is not read: answer with `answerUnread`. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Body> {
  // What the sender announces is only good for refusing earlier.
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return { kind: 'too-large' };
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    // Whichever comes first; what comes later changes nothing.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) chunks.push(chunk);
      else {
        request.pause();
        resolve({ kind: 'too-large' });
      }
    });
    request.on('end', () => {
      if (size > limitBytes) return;
      const [first] = chunks;
      resolve({
        kind: 'whole',
        bytes: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size),
      });
    });
    request.on('close', () => resolve({ kind: 'aborted' }));
    // Without a listener a broken connection would end the process; `close` follows and tells.
    request.on('error', ignore);
  });
}

function ignore(): void {}

/** For this long and so much the rest of a refused body is thrown away, so that its sender can read the answer. */
const lingerMs = 500;
const lingerBytes = 1024 * 1024;

/**
 * Answers and hangs up. Closing a connection on unread bytes resets it, and the reset may overtake the answer; so the
 * answer goes out whole, and the end waits until the sender stops (RFC 9112, 9.6).
 */
export function answerUnread(request: IncomingMessage, response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain',
    'content-length': Buffer.byteLength(words),
    connection: 'close',
  });
  if (request.readableEnded) {
    response.end(words);
    return;
  }
  response.write(words);
  let discarded = 0;
  const end = (): void => {
    clearTimeout(timer);
    request.off('data', onData).off('end', end).off('close', end);
    response.end();
  };
  const onData = (chunk: Buffer): void => {
    discarded += chunk.length;
    if (discarded > lingerBytes) end();
  };
  const timer = setTimeout(end, lingerMs);
  request.on('data', onData).on('end', end).on('close', end);
  request.on('error', ignore);
  request.resume();
}

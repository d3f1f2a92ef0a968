// Carries one webhook body to one address and says what came back; it never follows a redirect and never tries twice.
import http from 'node:http';
import https from 'node:https';

export type Receipt = { kind: 'answered'; status: number } | { kind: 'failed'; code: string; message: string };

export interface Courier {
  carry(url: string, body: string, headers: Record<string, string>): Promise<Receipt>;
  /** Keeps count of work that a caller may want to wait for. */
  track(work: Promise<void>): void;
  /** Resolves when nothing is under way any more, work started meanwhile included. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export function createCourier(timeoutMs: number): Courier {
  const underWay = new Set<Promise<void>>();
  const requests = new Set<http.ClientRequest>();

  async function settled(): Promise<void> {
    while (underWay.size > 0) {
      // Each round may start more work, so there is no single batch to wait for.
      await Promise.all(underWay);
    }
  }

  return {
    carry: (url, body, headers) =>
      new Promise((resolve) => {
        const transport = url.startsWith('https:') ? https : http;
        const request = transport.request(url, {
          method: 'POST',
          agent: false,
          timeout: timeoutMs,
          headers: {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
            'user-agent': 'dfns-webhooks/sandbox',
            ...headers,
          },
        });
        requests.add(request);
        request.on('close', () => requests.delete(request));
        request.on('timeout', () => request.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })));
        request.on('error', (error: NodeJS.ErrnoException) =>
          resolve({ kind: 'failed', code: error.code ?? 'ERROR', message: error.message }),
        );
        request.on('response', (response) => {
          response.resume();
          response.on('error', (error) => resolve({ kind: 'failed', code: 'ERROR', message: error.message }));
          response.on('end', () => resolve({ kind: 'answered', status: response.statusCode ?? 0 }));
        });
        request.end(body);
      }),
    track(work) {
      const tracked = work.finally(() => underWay.delete(tracked));
      underWay.add(tracked);
    },
    settled,
    async stop() {
      for (const request of requests) request.destroy();
      await settled();
    },
  };
}

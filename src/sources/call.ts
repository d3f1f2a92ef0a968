// One HTTP call to a host that the operator named: a deadline, a size limit, no redirects, and an answer for everything.

export type Called =
  | { readonly kind: 'answered'; readonly status: number; readonly bytes: Buffer }
  | { readonly kind: 'failed'; readonly reason: string };

export async function callOnce(
  url: string,
  options: {
    readonly timeoutMs: number;
    readonly mostBytes: number;
    readonly post?: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  },
): Promise<Called> {
  const { timeoutMs, mostBytes, post } = options;
  try {
    const response = await fetch(url, {
      method: post === undefined ? 'GET' : 'POST',
      headers: { 'user-agent': 'countersign', accept: 'application/json, text/*', ...post?.headers },
      ...(post === undefined ? {} : { body: post.body }),
      // It would lead to a host that nobody named.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      // Leaving the loop cancels the rest.
      if (size > mostBytes) return { kind: 'failed', reason: `the answer is larger than ${mostBytes} bytes` };
      chunks.push(chunk);
    }
    return { kind: 'answered', status: response.status, bytes: Buffer.concat(chunks) };
  } catch (error) {
    return { kind: 'failed', reason: wordsOfFailure(error, timeoutMs) };
  }
}

/** Codes and names only: the messages of network errors can hold addresses, and nothing may branch on them. */
function wordsOfFailure(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'the call failed';
  if (error.name === 'TimeoutError') return `no answer within ${(timeoutMs / 1000).toFixed(1)} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : error.name;
  return `the connection failed (${code})`;
}

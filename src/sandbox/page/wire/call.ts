// One JSON call to a sandbox server; an answer that nobody asked to read becomes an error that says what the server said.
export type Json = Readonly<Record<string, unknown>>;

export async function callJson(
  url: string,
  options: { method?: string; body?: Json; alsoRead?: number[] } = {},
): Promise<unknown> {
  const { method = options.body ? 'POST' : 'GET', body, alsoRead = [] } = options;
  const response = await fetch(url, {
    method,
    ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok && !alsoRead.includes(response.status))
    throw new Error(`${new URL(url).pathname} answered ${response.status}: ${text.slice(0, 200)}`);
  return text === '' ? undefined : JSON.parse(text);
}

// PostgreSQL text holds neither U+0000 nor half a surrogate pair; outside text may hold both, and is kept all the same.

/** U+0000 becomes U+2400 (its visible symbol), half a pair becomes U+FFFD. The hashed content is stored escaped, in full. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\u2400');
}

/** The same for every text inside a plain value; keys included. */
export function storable<T>(value: T): T;
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map((entry: unknown) => storable(entry));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]: [string, unknown]) => [storableText(key), storable(entry)]),
  );
}

// Looking into exact JSON documents by path, without trusting their shape.
import { LosslessNumber } from 'lossless-json';
import type { ExactJson } from '../../domain/json.ts';

export type ExactRecord = { readonly [key: string]: ExactJson };

export function isRecord(value: ExactJson | undefined): value is ExactRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);
}

export function isList(value: ExactJson | undefined): value is readonly ExactJson[] {
  return Array.isArray(value);
}

/** What stands at a path of own keys; undefined when any step of it is missing. */
export function at(document: ExactJson | undefined, ...path: readonly string[]): ExactJson | undefined {
  let found: ExactJson | undefined = document;
  for (const key of path) {
    if (!isRecord(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** The non-empty text at a path, or null. */
export function textAt(document: ExactJson | undefined, ...path: readonly string[]): string | null {
  const found = at(document, ...path);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** The record at a path, or null. */
export function recordAt(document: ExactJson | undefined, ...path: readonly string[]): ExactRecord | null {
  const found = at(document, ...path);
  return isRecord(found) ? found : null;
}

/** A copy without what stands at exactly this path; the same document when nothing stands there. */
export function without(document: ExactRecord, ...path: readonly string[]): ExactRecord {
  const [key, ...rest] = path;
  if (key === undefined || !Object.hasOwn(document, key)) return document;
  const entries = Object.entries(document);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([name]) => name !== key));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === key && isRecord(value) ? without(value, ...rest) : value]),
  );
}

/** A text that is equal for equal content, whatever the order of keys: only for sorting and comparing. */
export function sortKey(value: ExactJson): string {
  if (value instanceof LosslessNumber) return `#${value.value}`;
  if (isList(value)) return `[${value.map(sortKey).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}:${sortKey(entry)}`);
  return `{${entries.toSorted().join(',')}}`;
}

export function sortedSet(items: readonly ExactJson[]): readonly ExactJson[] {
  const keyed = items.map((item) => ({ item, key: sortKey(item) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item);
}

/** A value in words for people: texts without quotes, numbers as they were written. */
export function wordsOf(value: ExactJson | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'string') return value === '' ? 'empty' : value;
  if (value instanceof LosslessNumber) return value.value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (isList(value)) return value.length === 0 ? 'none' : value.map(wordsOf).join(', ');
  const entries = isRecord(value) ? Object.entries(value) : [];
  return entries.length === 0 ? 'empty' : entries.map(([key, entry]) => `${key}: ${wordsOf(entry)}`).join('; ');
}

export type Leaf = { readonly path: string; readonly value: ExactJson };

/** Every scalar and every list of scalars with its path, in the order of the document. */
export function leavesOf(document: ExactJson, path = ''): readonly Leaf[] {
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (isList(document) && document.some((item) => isRecord(item) || isList(item))) {
    return document.flatMap((item, index) => leavesOf(item, below(String(index + 1))));
  }
  if (!isRecord(document)) return [{ path, value: document }];
  return Object.entries(document).flatMap(([key, value]) => leavesOf(value, below(key)));
}

// JSON as it is on the wire: numbers too large for JavaScript keep their digits in both directions.
import { isSafeNumber, LosslessNumber, parse, stringify } from 'lossless-json';

export type Json = null | boolean | number | string | LosslessNumber | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export function isJson(value: unknown): value is Json {
  if (value === null || value instanceof LosslessNumber) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value === 'object') return Object.values(value).every(isJson);
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number';
}

export function isJsonObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof LosslessNumber) &&
    isJson(value)
  );
}

/** Throws a SyntaxError on anything that is not JSON. */
export function parseJson(text: string): unknown {
  return parse(text, null, (digits) => (isSafeNumber(digits) ? Number(digits) : new LosslessNumber(digits)));
}

export function printJson(value: unknown): string {
  const text = stringify(value);
  if (text === undefined) throw new Error('failed to print a value that JSON cannot hold');
  return text;
}

/** The value as the wire would carry it: a deep copy that shares nothing with the original. */
export function copyObject(value: unknown): JsonObject {
  const copy = parseJson(printJson(value));
  if (!isJsonObject(copy)) throw new Error('failed to copy: not a JSON object');
  return copy;
}

export function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key];
  return isJsonObject(value) ? value : undefined;
}

export function textAt(parent: JsonObject, key: string): string | undefined {
  const value = parent[key];
  return typeof value === 'string' ? value : undefined;
}

/** Sets (or, with undefined, removes) one value by its dotted path; false when the path leads nowhere. */
export function setAt(root: JsonObject, path: string, value: Json | undefined): boolean {
  const keys = path.split('.');
  const last = keys.pop();
  if (last === undefined || [...keys, last].some((key) => key === '' || key === '__proto__')) return false;
  let parent: Json = root;
  for (const key of keys) {
    const next: Json | undefined = Array.isArray(parent)
      ? parent[Number(key)]
      : isJsonObject(parent) && Object.hasOwn(parent, key)
        ? parent[key]
        : undefined;
    if (next === undefined) return false;
    parent = next;
  }
  if (Array.isArray(parent)) {
    const index = Number(last);
    if (!Number.isInteger(index) || index < 0 || index > parent.length) return false;
    if (value === undefined) parent.splice(index, 1);
    else parent[index] = value;
    return true;
  }
  if (!isJsonObject(parent)) return false;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return true;
}

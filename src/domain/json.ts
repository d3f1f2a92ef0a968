// Exact JSON: documents from outside with every number kept as its source text.
import { LosslessNumber, parse } from 'lossless-json';

/** A JSON value whose numbers are still text: `JSON.parse` rounds above 2^53, and here a rounded digit costs money. */
export type ExactJson =
  | null
  | boolean
  | string
  | LosslessNumber
  | readonly ExactJson[]
  | { readonly [key: string]: ExactJson };

export type JsonReading = { kind: 'ok'; value: ExactJson } | { kind: 'malformed'; reason: string };

/** Deeper nesting than this is refused: no platform needs it, and recursion over hostile depth ends the process. */
const maxDepth = 64;

/** Reads JSON text without losing digits. Duplicate keys that disagree, `__proto__` and nesting beyond 64 levels are malformed. */
export function readJson(text: string): JsonReading {
  if (nestsTooDeep(text)) return { kind: 'malformed', reason: `nested deeper than ${maxDepth} levels` };
  let parsed: unknown;
  try {
    parsed = parse(text, undefined, {
      parseNumber: (source) => new LosslessNumber(source),
      onDuplicateKey: ({ key }) => {
        throw new SyntaxError(`duplicate key '${key}'`);
      },
    });
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof Error ? error.message : 'not JSON' };
  }
  return isExactJson(parsed) ? { kind: 'ok', value: parsed } : { kind: 'malformed', reason: 'holds a forbidden key' };
}

export function isExactJson(value: unknown): value is ExactJson {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true;
  if (value instanceof LosslessNumber) return true;
  if (Array.isArray(value)) return value.every(isExactJson);
  if (typeof value !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.entries(value).every(([key, entry]) => key !== '__proto__' && isExactJson(entry));
}

/** Counts brackets outside strings: cheap, and done before any recursive parser sees the text. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index];
    if (inString) {
      if (char === '\\') index += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
}

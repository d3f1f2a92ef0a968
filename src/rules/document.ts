// A YAML document that a person wrote: its value, the line of every part of it, and its faults in plain sentences.
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { z } from 'zod';

/** Where something stands in the document: `['groups', 0, 'quorum']`. */
export type Place = readonly PropertyKey[];

export type PlacedFault = { readonly place: Place; readonly words: string; readonly remedy: string };

export type DocumentFault = {
  readonly line: number | null;
  readonly path: string;
  readonly words: string;
  readonly remedy: string;
};

export type YamlReading =
  | { readonly kind: 'ok'; readonly value: unknown; readonly lineOf: (place: Place) => number | null }
  | { readonly kind: 'malformed'; readonly faults: readonly DocumentFault[] };

/**
 * YAML 1.2 without hexadecimal, octal and exponent numbers: an unquoted `0x…` address is text, and no digit of it is
 * lost. Duplicate keys, unknown tags, several documents and keys that are not text are faults.
 */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.format === undefined),
  });
  // Only the first: what a parser says after its first syntax error is mostly an echo of it.
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const words = (problem.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
    const remedy = /[[{,:]\s*[^'"\n]*\$\{/.test(text)
      ? 'Correct the YAML; inside { } and [ ] put quotes around "${NAME}".'
      : 'Correct the YAML at this line.';
    return malformed({ line: problem.linePos?.[0].line ?? null, path: '', words: `is not YAML: ${words}`, remedy });
  }
  const badKey = firstBadKey(document.contents);
  if (badKey !== null) {
    const line = badKey.range ? lines.linePos(badKey.range[0]).line : null;
    const words = 'has a key that is not plain text';
    return malformed({ line, path: '', words, remedy: 'Give every key a name.' });
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    return { kind: 'ok', value, lineOf: (place) => lineOf(document.contents, place, lines) };
  } catch (error) {
    const words = `cannot be read: ${error instanceof Error ? error.message : 'unknown fault'}`;
    return malformed({ line: null, path: '', words, remedy: 'Write the repeated parts out.' });
  }
}

function malformed(fault: DocumentFault): YamlReading {
  return { kind: 'malformed', faults: [fault] };
}

function firstBadKey(node: unknown): Node | null {
  if (isSeq(node)) {
    for (const item of node.items) {
      const found = firstBadKey(item);
      if (found !== null) return found;
    }
  }
  if (!isMap(node)) return null;
  for (const { key, value } of node.items) {
    if (!isScalar(key)) return node;
    if (typeof key.value !== 'string' || key.value === '' || key.value === '__proto__') return key;
    const found = firstBadKey(value);
    if (found !== null) return found;
  }
  return null;
}

/** The line of the deepest part of the place that the document has: a missing key is reported at its parent. */
function lineOf(root: unknown, place: Place, lines: LineCounter): number | null {
  let node: unknown = root;
  let offset = isMap(root) || isSeq(root) ? root.range?.[0] : undefined;
  for (const step of place) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) break;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (isMap(node) || isSeq(node) || isScalar(node)) offset = node.range?.[0] ?? offset;
    } else break;
  }
  return offset === undefined ? null : lines.linePos(offset).line;
}

/** `groups[0].quorum` */
export function pathText(place: Place): string {
  return place
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

const knownKeys = 'known keys: ';

/**
 * An object with these keys and no others. The message of its unknown-key issue is the list of known keys, which
 * `faultsIn` turns into "did you mean".
 */
export function closedObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `${knownKeys}${Object.keys(shape).join(', ')}` : undefined),
  });
}

/** Puts one plain sentence on the issue, for use inside `transform` and `superRefine`. */
export function refuse(ctx: { issues: unknown[] }, input: unknown, words: string, remedy?: string): void {
  ctx.issues.push({ code: 'custom', input, message: words, ...(remedy === undefined ? {} : { params: { remedy } }) });
}

/** Every issue as a fault at its place. `remedyFor` gets the path without indices: `groups.quorum`. */
export function faultsIn(input: {
  readonly error: z.ZodError;
  readonly value: unknown;
  readonly place: Place;
  readonly remedyFor: (pattern: string) => string | undefined;
}): readonly PlacedFault[] {
  return input.error.issues.flatMap((issue): readonly PlacedFault[] => {
    const place = [...input.place, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        place: [...place, key],
        words: 'is not a key that is known here',
        remedy: suggestion(key, knownKeysIn(issue.message)),
      }));
    }
    const own: unknown = issue.code === 'custom' ? issue.params?.['remedy'] : undefined;
    const pattern = place.filter((step) => typeof step !== 'number').join('.');
    const remedy = typeof own === 'string' ? own : input.remedyFor(pattern);
    return [
      { place, words: wordsOf(issue, valueAt(input.value, issue.path)), remedy: remedy ?? 'Correct this value.' },
    ];
  });
}

/** A schema that is not ours (a platform's) has a message of its own. */
function knownKeysIn(message: string): readonly string[] {
  return message.startsWith(knownKeys) ? message.slice(knownKeys.length).split(', ') : [];
}

function wordsOf(issue: z.core.$ZodIssue, found: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      // A schema may bring a sentence of its own; only the library's is replaced.
      if (!issue.message.startsWith('Invalid input')) return issue.message;
      return found === undefined || found === null
        ? 'is missing'
        : `must be ${nouns[issue.expected] ?? issue.expected}, not ${nounOf(found)}`;
    case 'invalid_value':
      return found === undefined ? 'is missing' : `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? 'must not be empty'
        : `must be at least ${String(issue.minimum)}${unit(issue.origin)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${unit(issue.origin)}`;
    case 'invalid_format':
    case 'custom':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message;
  }
}

const nouns: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
};

function nounOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  return nouns[typeof value] ?? typeof value;
}

function unit(origin: string): string {
  return origin === 'string' ? ' characters long' : '';
}

function valueAt(value: unknown, place: Place): unknown {
  let found: unknown = value;
  for (const step of place) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Object.entries(found).find(([key]) => key === String(step))?.[1];
  }
  return found;
}

/** "Did you mean …?", or the known names when none is near. */
export function suggestion(name: string, known: readonly string[]): string {
  const nearest = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  const near = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(nearest.candidate.length / 3));
  if (near) return `Did you mean "${nearest.candidate}"?`;
  return known.length === 0 ? 'Remove it.' : `Known here: ${known.join(', ')}.`;
}

/** Levenshtein distance by rows; both texts are short names. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, left] of Array.from(a).entries()) {
    const nextRow = [i + 1];
    for (const [j, right] of Array.from(b).entries()) {
      const substituted = (row[j] ?? 0) + (left === right ? 0 : 1);
      nextRow.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (nextRow[j] ?? 0) + 1));
    }
    row = nextRow;
  }
  return row[b.length] ?? 0;
}

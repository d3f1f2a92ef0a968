// Whatever a document holds, an import ends in faults, or in a draft that is a rulebook.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiled, fixture, read } from './imports.ts';

const nasty = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    ' ',
    '__proto__',
    'toString',
    '*',
    '$set',
    '0x',
    '-1',
    '1e400',
    '\ud800',
    '\u202e',
    'a: b',
    '- x',
    '#',
    null,
    true,
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    'x'.repeat(5000),
    '9'.repeat(300),
    ['x', ''],
    [['x']],
    { value: 'x' },
    'function_name',
    'in_condition_set',
    'ALLOW',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.json().map((text) => JSON.parse(text) as unknown),
);

const base = {
  policies: [
    fixture('policy.get.response'),
    {
      version: '1.0',
      name: 'all',
      chain_type: 'ethereum',
      rules: [{ name: 'r', method: '*', action: 'ALLOW', conditions: fixture('conditions.every-kind') }],
    },
  ],
  condition_sets: [{ id: 'cstest0000000000000000aa', items: ['0x8589427373D6D84E98730D7795D8f6f8731FDA16'] }],
  aggregations: [fixture('aggregation')],
};
const places = placesIn(base, []);

test('one odd value anywhere is a fault or a remark, never a draft that cannot be read', () => {
  fc.assert(
    fc.property(fc.constantFrom(...places), nasty, fc.boolean(), (place, value, isKey) => {
      const reading = read(changed(base, place, value, isKey));

      expect(reading.kind === 'draft' ? compiled(reading).sets : reading.faults).not.toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('any other JSON is refused', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(read(text).kind).toBe('faults');
    }),
    { numRuns: 200 },
  );
});

function placesIn(value: unknown, place: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [place];
  return [
    place,
    ...Object.entries(value).flatMap(([key, entry]: [string, unknown]) => placesIn(entry, [...place, key])),
  ];
}

/** The value at one place exchanged, or another key put beside it. */
function changed(value: unknown, place: readonly string[], by: unknown, isKey: boolean): unknown {
  const [step, ...rest] = place;
  if (step === undefined) return by;
  if (Array.isArray(value)) {
    return value.map((entry: unknown, at) => (String(at) === step ? changed(entry, rest, by, isKey) : entry));
  }
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  const made = entries.map(([key, entry]: [string, unknown]) => [
    key,
    key === step ? changed(entry, rest, by, isKey) : entry,
  ]);
  const extra = isKey && rest.length === 0 && typeof by === 'string' && by !== '' ? [[by, by]] : [];
  return Object.fromEntries([...made, ...extra]) as unknown;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import { isExactJson, readJson } from '../../src/domain/json.ts';

const suite = '../shared/vectors/JSONTestSuite/test_parsing';
const suiteFiles = existsSync(suite) ? readdirSync(suite) : [];
if (suiteFiles.length === 0) process.stderr.write(`skipped: the JSON test suite is not in ${suite}\n`);

function valueOf(text: string): unknown {
  const reading = readJson(text);
  if (reading.kind === 'malformed') throw new Error(reading.reason);
  return reading.value;
}

describe('numbers', () => {
  test.each(['9007199254740993', '10000000000000000999', '1.0', '1', '-0', '1e400', `0.${'0'.repeat(60)}1`])(
    '%s is kept as it is written',
    (text) => {
      const value = valueOf(text);

      expect(value instanceof LosslessNumber && value.value).toBe(text);
    },
  );

  test('two numbers that JavaScript takes for one stay two', () => {
    expect(valueOf('9007199254740993')).not.toEqual(valueOf('9007199254740992'));
  });
});

describe('refused as malformed', () => {
  test.each([
    ['a key twice with two values', '{"amount":"1","amount":"1000"}'],
    ['a key twice, deep inside', '{"a":[{"b":{"c":1,"c":2}}]}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['__proto__ with an object', '{"__proto__":{"status":"Approved"}}'],
    ['__proto__ with null', '{"__proto__":null}'],
    ['__proto__ with a number', '{"a":{"__proto__":1}}'],
    ['__proto__ escaped', '{"\\u005f_proto__":{}}'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`],
    ['65 levels of objects', `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`],
    ['a million levels', '['.repeat(1_000_000)],
    ['nothing', ''],
    ['a comment', '{"a":1/*b*/}'],
    ['a trailing comma', '[1,]'],
    ['something after the end', '{} {}'],
    ['single quotes', "{'a':1}"],
    ['NaN', 'NaN'],
  ])('%s', (_, text) => {
    expect(readJson(text).kind).toBe('malformed');
  });

  test('64 levels are read, and brackets inside of texts are no levels', () => {
    expect(readJson(`${'['.repeat(64)}${']'.repeat(64)}`).kind).toBe('ok');
    expect(readJson(JSON.stringify(['['.repeat(1000), '\\"[['])).kind).toBe('ok');
  });
});

describe('whatever JavaScript writes', () => {
  test('is read back the same', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 6 }).filter((text) => !text.includes('__proto__')),
        (text) => {
          const plain: unknown = JSON.parse(JSON.stringify(valueOf(text)), (_, value: unknown) => unmarked(value));

          expect(plain).toEqual(JSON.parse(text, (_, value: unknown) => (Object.is(value, -0) ? 0 : value)));
        },
      ),
    );
  });

  test('any text at all is read or malformed, never thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(['ok', 'malformed']).toContain(readJson(text).kind);
      }),
    );
  });
});

describe('exact JSON', () => {
  test.each([[1], [undefined], [new Date(0)], [[1n]], [{ a: Number.NaN }], [new Map()], [() => 1]])(
    '%s is not',
    (value) => {
      expect(isExactJson(value)).toBe(false);
    },
  );
});

describe.skipIf(suiteFiles.length === 0)('the JSON test suite', () => {
  /** Keys that appear twice with different values: valid JSON by the letter, and refused here on purpose. */
  const refusedOnPurpose = new Set(['y_object_duplicated_key.json']);

  test.each(suiteFiles.filter((name) => name.startsWith('y_')))('%s is read', (name) => {
    expect(readJson(readFileSync(`${suite}/${name}`, 'utf8')).kind).toBe(
      refusedOnPurpose.has(name) ? 'malformed' : 'ok',
    );
  });

  test.each(suiteFiles.filter((name) => name.startsWith('n_')))('%s is malformed', (name) => {
    const text = decoded(name);

    expect(text === null ? 'malformed' : readJson(text).kind).toBe('malformed');
  });

  test.each(suiteFiles.filter((name) => name.startsWith('i_')))('%s ends in an answer', (name) => {
    const text = decoded(name);

    expect(['ok', 'malformed']).toContain(text === null ? 'malformed' : readJson(text).kind);
  });
});

/** Null when it is not UTF-8: such bytes never become text in the first place. */
function decoded(name: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(`${suite}/${name}`));
  } catch {
    return null;
  }
}

function unmarked(value: unknown): unknown {
  const marked = typeof value === 'object' && value !== null && 'isLosslessNumber' in value && 'value' in value;
  return marked ? Number(value.value) + 0 : value;
}

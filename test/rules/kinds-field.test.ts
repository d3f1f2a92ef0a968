// The kinds that look at what the platform decoded: messages, and fields by name.
import { describe, expect, test } from 'vitest';
import { factsOf } from '../../src/rules/facts.ts';
import { field } from '../../src/rules/kinds/field.ts';
import { noon } from '../builders.ts';
import { calling, faultsOf, truthOf } from './payloads.ts';
import { aPayout, seen, supplier } from './rulebooks.ts';

describe('message', () => {
  test.each([
    ['starts as wanted', '{ kind: message, content: { startsWith: Sign in } }', 'Sign in to Acme', 'true'],
    ['capitals count', '{ kind: message, content: { startsWith: sign in } }', 'Sign in to Acme', 'false'],
    ['contains', '{ kind: message, content: { contains: Acme, endsWith: me } }', 'Sign in to Acme', 'true'],
    ['is one of', '{ kind: message, content: { in: [yes, no] } }', 'maybe', 'false'],
    ['its length in bytes, not in letters', '{ kind: message, byteLength: { atMost: 4 } }', 'grün', 'false'],
    ['its length at the limit', '{ kind: message, byteLength: { atMost: 5 } }', 'grün', 'true'],
    ['half a character', '{ kind: message, byteLength: { atMost: 5 } }', '\ud800', 'unknown'],
    ['no message', '{ kind: message, byteLength: { atMost: 5 } }', null, 'unknown'],
  ])('%s', (_, condition, message, truth) => {
    expect(truthOf(condition, { message })).toBe(truth);
  });

  test.each([
    ['nothing', '{ kind: message }', 'has neither content nor byteLength'],
    ['a length that is text', '{ kind: message, byteLength: { contains: a } }', 'looks into text'],
    ['an order of texts', '{ kind: message, content: { above: a } }', 'compares numbers'],
    ['what every text contains', "{ kind: message, content: { contains: '' } }", 'everything contains that'],
    ['another key', '{ kind: message, body: { is: a } }', 'is not a key'],
  ])('%s is refused', (_, condition, words) => {
    expect(
      faultsOf(condition)
        .map((fault) => fault.words)
        .join('; '),
    ).toContain(words);
  });
});

describe('field', () => {
  const fields = {
    fields: {
      program: ['a', 'b'],
      lamports: ['5', '9'],
      to: ['x'],
      none: [],
      contract: [supplier.toLowerCase()],
      recipient: [supplier],
      flag: ['yes'],
    },
  };

  test.each([
    ['every value within the limit', '{ kind: field, name: lamports, as: number, atMost: 9 }', 'true'],
    ['no value within the limit', '{ kind: field, name: lamports, as: number, above: 9 }', 'false'],
    ['values that disagree', '{ kind: field, name: lamports, as: number, above: 5 }', 'unknown'],
    ['every part has it', '{ kind: field, name: lamports, as: number, atMost: 9, parts: program }', 'true'],
    ['a part that does not have it', '{ kind: field, name: to, is: x, parts: program }', 'unknown'],
    [
      'a part that does not have it, and the other not as wanted',
      '{ kind: field, name: to, is: y, parts: program }',
      'false',
    ],
    [
      'a part that does not have it is not said to be another',
      '{ kind: field, name: to, isNot: y, parts: program }',
      'unknown',
    ],
    ['more values than parts', '{ kind: field, name: program, in: [a, b], parts: to }', 'unknown'],
    ['parts that nobody knows', '{ kind: field, name: to, is: x, parts: nothing }', 'unknown'],
    ['a field that is not there', '{ kind: field, name: toString, is: x }', 'unknown'],
    ['text that is no number', '{ kind: field, name: to, as: number, atMost: 5 }', 'unknown'],
    ['an address in other letters', `{ kind: field, name: contract, as: evm-address, is: '${supplier}' }`, 'true'],
    ['text that may be the same address', `{ kind: field, name: contract, is: '${supplier}' }`, 'unknown'],
    ['text that is the same address', `{ kind: field, name: recipient, is: '${supplier}' }`, 'true'],
    ['a flag that is neither', '{ kind: field, name: flag, as: boolean, is: true }', 'unknown'],
    ['the value that is sent', '{ kind: field, name: call.value, atMost: 1000 }', 'true'],
    ['the chain', "{ kind: field, name: call.chainId, in: ['0x1', 10] }", 'true'],
  ])('%s', (_, condition, truth) => {
    expect(truthOf(condition, { ...fields, ...calling('0x') })).toBe(truth);
  });

  test.each([
    ['is none of those wanted', { is: 'x', parts: 'program' }, 'false'],
    ['is not said to be another than the unwanted', { isNot: 'x', parts: 'program' }, 'unknown'],
    ['without parts to count is unknown', { is: 'x' }, 'unknown'],
  ])('what was decoded and has no such field %s', (_, wanted, truth) => {
    const facts = {
      ...factsOf(seen(aPayout())),
      field: (name: string) => ({ kind: 'known' as const, value: name === 'program' ? ['a', 'b'] : [] }),
    };

    expect(field.prepare({ kind: 'field', name: 'to', ...wanted }).test(facts)).toBe(truth);
  });

  test('the second in which it is evaluated', () => {
    const seconds = Math.floor(noon / 1000);

    expect(truthOf(`{ kind: field, name: time.unixSeconds, atMost: ${seconds} }`, {})).toBe('true');
    expect(truthOf(`{ kind: field, name: time.unixSeconds, below: ${seconds} }`, {})).toBe('false');
  });

  test('a call without a chain, or no call, is unknown', () => {
    expect(truthOf('{ kind: field, name: call.chainId, is: 1 }', calling('0x', { chainId: null }))).toBe('unknown');
    expect(truthOf('{ kind: field, name: call.value, is: 1 }', {})).toBe('unknown');
  });

  test.each([
    ['nothing to compare with', '{ kind: field, name: to }', 'compares with nothing'],
    ['an order of texts', '{ kind: field, name: to, above: a }', 'compares numbers'],
    [
      'a number that YAML would round',
      '{ kind: field, name: lamports, as: number, atMost: 9007199254740993 }',
      'in quotes',
    ],
    ['a fraction without quotes', '{ kind: field, name: lamports, as: number, atMost: 0.1 }', 'in quotes'],
    ['an empty list', '{ kind: field, name: to, in: [] }', 'must not be empty'],
    ['an address that is none', "{ kind: field, name: to, as: tron-address, is: 'T1' }", 'is not a Tron address'],
    ['a kind of value that nobody knows', '{ kind: field, name: to, as: money, is: 1 }', 'must be one of'],
  ])('%s is refused', (_, condition, words) => {
    expect(
      faultsOf(condition)
        .map((fault) => fault.words)
        .join('; '),
    ).toContain(words);
  });
});

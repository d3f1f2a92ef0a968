// What rules can ask about an approval: where nobody says anything, nothing is known.
import { describe, expect, test } from 'vitest';
import { noRequest } from '../../src/domain/activity.ts';
import { factsOf } from '../../src/rules/facts.ts';
import { truthOf } from './payloads.ts';
import { aPayout, seen, supplier } from './rulebooks.ts';

describe('a field of a payload', () => {
  const fields = {
    sender: [],
    'signed-for': [],
    'destination.type': [],
    'destination.id': [],
    program: ['a', 'b'],
    none: [],
  };

  test('is known with a value, and unknown without one, whether it is left out or an empty list', () => {
    const facts = factsOf(seen(aPayout({ request: { ...noRequest, fields } })));

    expect(facts.field('program')).toEqual({ kind: 'known', value: ['a', 'b'] });
    for (const name of ['none', 'missing', 'toString', '__proto__']) {
      expect(facts.field(name), name).toEqual({ kind: 'unknown', reason: `it has no field ${name}` });
    }
  });

  // "All of nothing" is true, so that a known empty list would let a rule allow; and false would keep one from objecting.
  test.each([
    [`{ kind: sender, in: [${supplier}] }`],
    [`{ kind: signed-for, in: [${supplier}] }`],
    ['{ kind: destination, types: [WALLET] }'],
    ['{ kind: destination, in: [a-1] }'],
    ['{ kind: field, name: none, is: x }'],
    ['{ kind: field, name: none, is: x, parts: program }'],
    ['{ kind: field, name: program, is: a, parts: none }'],
  ])('that is an empty list settles nothing, nor does its opposite: %s', (condition) => {
    expect(truthOf(condition, { fields })).toBe('unknown');
    expect(truthOf(`not: ${condition}`, { fields })).toBe('unknown');
  });
});

// How Privy's operators compare a value with what a condition wants, read literally; without a line of the product.
import type { PrivyCondition, Three, World } from './reference-form.ts';

export type Type = 'number' | 'address' | 'text' | 'exact' | 'base58';

export function agreed(truths: readonly Three[]): Three {
  const [first = 'unknown'] = truths;
  return truths.every((truth) => truth === first) ? first : 'unknown';
}

export function compare(type: Type, seen: string, { operator, value }: PrivyCondition, { bundle }: World): Three {
  const listed =
    operator === 'in_condition_set'
      ? bundle.condition_sets.find((set) => set.id === value)?.items.map((item) => item.value)
      : Array.isArray(value)
        ? value
        : [value];
  if (listed === undefined) return 'unknown';
  const wanted: readonly string[] = listed.map(String);
  if (operator === 'contains') return of(seen.includes(String(value)));
  if (operator === 'starts_with') return of(seen.startsWith(String(value)));
  if (operator === 'ends_with') return of(seen.endsWith(String(value)));
  if (['eq', 'neq', 'in', 'in_condition_set'].includes(operator)) {
    const same = wanted.map((one) => equal(type, seen, one));
    const found: Three = same.includes('true') ? 'true' : same.includes('unknown') ? 'unknown' : 'false';
    return operator === 'neq' ? opposite(found) : found;
  }
  const [a, b] = [units(seen), units(String(value))];
  if (operator === 'gt') return of(a > b);
  if (operator === 'gte') return of(a >= b);
  if (operator === 'lt') return of(a < b);
  return operator === 'lte' ? of(a <= b) : 'unknown';
}

/** The documentation warns that a denylist over request bodies does not see other capitals: we don't approve on that. */
function equal(type: Type, a: string, b: string): Three {
  if (type === 'number') return of(units(a) === units(b));
  if (type === 'address') return of(a.toLowerCase() === b.toLowerCase());
  if (type === 'exact' && a !== b && /^0x[0-9a-fA-F]{40}$/.test(a) && a.toLowerCase() === b.toLowerCase())
    return 'unknown';
  return of(a === b);
}

/** In billionths, so that the decimals of wallet actions compare too. */
export function units(text: string): bigint {
  if (text.startsWith('0x')) return BigInt(text) * 1_000_000_000n;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
}

export function all(truths: readonly Three[]): Three {
  return truths.includes('false') ? 'false' : truths.includes('unknown') ? 'unknown' : 'true';
}

function of(holds: boolean): Three {
  return holds ? 'true' : 'false';
}

function opposite(truth: Three): Three {
  return truth === 'unknown' ? truth : of(truth === 'false');
}

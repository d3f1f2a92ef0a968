import { describe, expect, test } from 'vitest';
import { aPolicy, refused, supplier, suppliers, usdc } from './imported.ts';

const wrong = (overrides: Readonly<Record<string, unknown>>) => ({ data: [aPolicy(overrides)] });

describe('is refused whole, with its place and what to do', () => {
  test.each<[string, unknown, string, string]>([
    ['text that is no JSON', '{', '', 'is not JSON'],
    ['something else', '7', '', 'is not a policy'],
    ['an envelope without policies', { meta: {} }, '', 'holds no policies'],
    ['an envelope with other things', { data: [], secrets: [] }, 'secrets', 'is not a key that is known here'],
    ['one page of several', { data: [aPolicy()], meta: { page: 1, totalPages: 2 } }, 'meta.totalPages', 'is 2'],
    ['a policy without a priority', wrong({ priority: undefined }), 'data[0].priority', 'is missing'],
    ['a priority that is no whole number', wrong({ priority: 1.5 }), 'data[0].priority', 'must be a whole number'],
    ['a policy without conditions', wrong({ conditions: [] }), 'data[0].conditions', 'must not be empty'],
    ['a policy without actions', wrong({ actions: undefined }), 'data[0].actions', 'is missing'],
    [
      'a condition without a value',
      wrong({ conditions: [{ field: 'a', operator: 'b' }] }),
      'data[0].conditions[0].value',
      'is missing',
    ],
    ['a policy without a status', wrong({ status: undefined }), 'data[0].status', 'is missing'],
    ['a status without an id', wrong({ id: undefined }), 'data[0].id', 'is missing'],
    [
      'one version twice',
      { data: [aPolicy({ logicalId: 'p' }), aPolicy({ logicalId: 'p' })] },
      'data[1].version',
      'is there twice',
    ],
    [
      'a list without a status',
      { data: [], lists: [{ name: 'a', type: 'ADDRESS', items: [] }] },
      'lists[0].status',
      'is missing',
    ],
    [
      'a list of other things',
      { data: [], lists: [{ ...suppliers, items: [{ address: supplier }] }] },
      'lists[0].items[0]',
      'must be text',
    ],
    [
      'more decimals than wei has',
      wrong({ conditions: [{ field: 'transaction.amount', operator: 'EQUALS', value: '0.5', unit: 'wei' }] }),
      'data[0].conditions[0].value',
      'has more decimals than wei',
    ],
  ])('%s', (_, document, path, words) => {
    const [fault, ...others] = refused(document);

    expect(others).toEqual([]);
    expect(fault).toMatchObject({ path, words: expect.stringContaining(words) });
    expect(fault?.remedy).not.toBe('');
  });

  test.each([
    ['assets', 'USDC', 'is not SYMBOL=Network/reference/decimals'],
    ['assets', 'USDC=Atlantis/native', 'is not a network that is known here'],
    ['assets', 'USD=Ethereum/native', 'is the code of a currency'],
    ['assets', `USDC=Ethereum/${usdc}`, 'needs its decimals'],
    ['assets', 'USDC=Ethereum/0x12/6', "is not an asset's address"],
    ['nonStrict', 'perhaps', 'must be continue or stop'],
    ['colour', 'red', 'is not an option'],
  ])('the option %s=%s', (name, value, words) => {
    expect(refused({ data: [] }, { [name]: value })).toMatchObject([
      { path: `options.${name}`, words: expect.stringContaining(words) },
    ]);
  });
});

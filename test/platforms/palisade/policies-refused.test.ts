import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aLimit, ether, refused, usdc } from './imported.ts';

describe('is refused whole, with its place and what to do', () => {
  test.each<[string, unknown, string, string]>([
    ['text that is no JSON', '{', '', 'is not JSON'],
    ['something else', '7', '', 'is not a policy'],
    ['an envelope without policies', {}, '', 'holds no policies'],
    ['an envelope with other things', { walletLimits: [], keys: [] }, 'keys', 'is not a key that is known here'],
    ['one page of several', { walletLimits: [], filter: { nextPageToken: 'x' } }, 'filter.nextPageToken', 'more pages'],
    ['a limit without a type', [aLimit({ limitType: '' })], '[0].limitType', 'must be text, not empty'],
    ['a limit without a quantity', [aLimit({ limitQty: undefined })], '[0].limitQty', 'is missing'],
    ['a quantity in words', [aLimit({ limitQty: 'plenty' })], '[0].limitQty', 'must be an amount'],
    ['a quantity with an exponent', [aLimit({ limitQty: '1e18' })], '[0].limitQty', 'must be an amount'],
    [
      'more decimals than the asset has',
      { limits: [aLimit({ asset: usdc, limitQty: '0.0000001' })] },
      'limits[0].limitQty',
      'has more decimals',
    ],
    ['a window of zero', [aLimit({ limitType: 'ROLLING_DURATION' })], '[0].duration', 'is a window of no length'],
    [
      'a window that is missing',
      aLimit({ limitType: 'ROLLING_DURATION', duration: undefined }),
      'duration',
      'is a window of no length',
    ],
    ['a limit without an asset', { walletLimit: aLimit({ asset: undefined }) }, 'walletLimit.symbol', 'is missing'],
    [
      'an asset without a network',
      [aLimit({ asset: { ...ether, blockchain: undefined } })],
      '[0].asset.blockchain',
      'is missing',
    ],
    [
      'decimals beyond reason',
      [aLimit({ asset: { ...ether, decimals: 1000 } })],
      '[0].asset.decimals',
      'must be a whole number',
    ],
    ['matchers that are no list', [aLimit({ matchers: {} })], '[0].matchers', 'must be a list'],
    ['a matcher without a type', [aLimit({ matchers: [{ value: 'u-1' }] })], '[0].matchers[0].type', 'is missing'],
    ['a limit with an id and no status', [aLimit({ status: undefined })], '[0].status', 'is missing'],
    ['a limit with a status and no id', [aLimit({ id: undefined })], '[0].id', 'is missing'],
    ['one limit twice', [aLimit({ id: 'a' }), aLimit({ id: 'a', limitQty: '11' })], '[1].id', 'a policy never changes'],
  ])('%s', (_, document, path, words) => {
    const [fault, ...others] = refused(document);

    expect(others).toEqual([]);
    expect(fault).toMatchObject({ path, words: expect.stringContaining(words) });
    expect(fault?.remedy).not.toBe('');
  });

  test('two limits that the platform would not have let stand beside each other', () => {
    const { details } = JSON.parse(
      readFileSync(new URL('../../fixtures/palisade/error.PAL006.023.json', import.meta.url), 'utf8'),
    );
    const one = aLimit({ matchers: [{ type: 'USER', value: 'u-1,u-2' }] });
    const twin = aLimit({ limitQty: '99', matchers: [{ type: 'USER', values: ['u-2', 'u-1'] }] });

    expect(refused([one, twin])).toMatchObject([{ path: '[1]', words: expect.stringContaining(details[0].reason) }]);
    expect(refused([one, aLimit({ matchers: [{ type: 'USER', value: 'u-1' }] })])).toEqual([]);
    expect(refused([one, { ...twin, status: 'LIMIT_DELETED', active: false }])).toEqual([]);
  });

  test.each([
    ['evaluation', 'most', 'must be one of'],
    ['assets', 'ETH', '"ETH"'],
    ['assets', 'ETH=Atlantis/native', 'Atlantis'],
    ['assets', `USDC=Ethereum/${usdc.contract}`, 'decimals'],
    ['networks', 'ETHEREUM=Atlantis', 'Atlantis'],
    ['colour', 'red', 'is not an option'],
  ])('the option %s=%s', (name, value, words) => {
    expect(refused([], { [name]: value })).toMatchObject([
      { path: `options.${name}`, words: expect.stringContaining(words) },
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { assetEntriesIn, draftAssetName } from '../../src/domain/draft-assets.ts';

describe('what symbols stand for, as an option says it', () => {
  test.each([
    ['ETH=Ethereum/native', { symbol: 'ETH', network: 'Ethereum', reference: 'native', decimals: null }],
    [' USDC=Base/0xAb/6 ', { symbol: 'USDC', network: 'Base', reference: '0xAb', decimals: 6 }],
    ['RLUSD=XrpLedger/RLUSD:rMx/15', { symbol: 'RLUSD', network: 'XrpLedger', reference: 'RLUSD:rMx', decimals: 15 }],
    ['USDC=0xAb', { symbol: '', network: '', reference: '', decimals: null }],
    ['USDC=Base/0xAb/six', { symbol: '', network: '', reference: '', decimals: null }],
  ])('%s', (option, entry) => {
    expect(assetEntriesIn(option)).toEqual([{ text: option.trim(), ...entry }]);
  });

  test('is a list with commas, in which nothing stands for nothing', () => {
    expect(assetEntriesIn('A=B/native,, C=D/native').map(({ symbol }) => symbol)).toEqual(['A', 'C']);
    expect(assetEntriesIn(' ')).toEqual([]);
    expect(assetEntriesIn(undefined)).toEqual([]);
  });

  test('has a name in the draft that a rulebook takes', () => {
    expect(draftAssetName('USDC', 'Ethereum')).toBe('USDC-Ethereum');
    expect(draftAssetName('1INCH.e', 'Base')).toBe('asset-1INCH-e-Base');
    expect(draftAssetName('X'.repeat(60), 'Base')).toHaveLength(36);
  });
});

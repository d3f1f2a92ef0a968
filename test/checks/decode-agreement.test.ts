import { describe, expect, test } from 'vitest';
import { noRequest, type Activity, type Decoded } from '../../src/domain/activity.ts';
import type { Outcome } from '../../src/domain/finding.ts';
import { newRecipient, usdcContract } from '../builders.ts';
import { find } from './find.ts';

const other = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8';

function transferCall(to: string, amount: bigint): NonNullable<Activity['request']['call']> {
  const data = `0xa9059cbb${to.slice(2).toLowerCase().padStart(64, '0')}${amount.toString(16).padStart(64, '0')}`;
  return { chainId: '1', to: usdcContract, valueBase: '0', data };
}

describe('decode-agreement', () => {
  const decoded: Decoded = { kind: 'transfer', asset: usdcContract, to: newRecipient, amountBase: '250000000000' };
  const claim = { to: newRecipient, asset: usdcContract, amountBase: '250000000000' };

  test.each<readonly [string, Partial<Activity>, Outcome]>([
    ['a payload that does what is shown', { decoded }, 'pass'],
    ['written in lower case', { decoded: { ...decoded, to: newRecipient.toLowerCase() } }, 'pass'],
    ['a summary that agrees', { decoded, claim }, 'pass'],
    ['a summary that says nothing about the asset', { decoded, claim: { ...claim, asset: null } }, 'pass'],
    ['another recipient in the payload', { decoded: { ...decoded, to: other } }, 'stop'],
    ['one base unit more in the payload', { decoded: { ...decoded, amountBase: '250000000001' } }, 'stop'],
    ['another token in the payload', { decoded: { ...decoded, asset: other } }, 'stop'],
    ['the coin in the payload instead of the token', { decoded: { ...decoded, asset: null } }, 'stop'],
    ['a summary with another recipient', { decoded, claim: { ...claim, to: other } }, 'stop'],
    ['a summary with another amount', { decoded, claim: { ...claim, amountBase: '1' } }, 'stop'],
    ['a summary with another token', { decoded, claim: { ...claim, asset: other } }, 'stop'],
    [
      'a summary of a token, and a payload that moves the coin',
      { decoded: { ...decoded, asset: null }, asset: null, claim },
      'stop',
    ],
    ['a recipient that cannot be read', { decoded: { ...decoded, to: 'somebody' } }, 'unavailable'],
    ['an unknown network', { decoded, network: 'Atlantis' }, 'unavailable'],
    ['nothing to compare with', { decoded, destinations: [], amountBase: null, asset: null }, 'unavailable'],
    ['a summary of a payload that was not decoded', { decoded: null, claim }, 'unavailable'],
    ['no payload for a contract call', { decoded: null, kind: 'contract-call' }, 'flag'],
    ['an undecodable payload', { decoded: { kind: 'undecodable', reason: 'no ABI' } }, 'flag'],
    ['a payload that does something else', { decoded: { kind: 'other', words: 'burns', dangerous: false } }, 'flag'],
    [
      'a summary of a transfer, and a payload that does something else',
      { decoded: { kind: 'other', words: 'lets somebody spend', dangerous: true }, claim },
      'stop',
    ],
    [
      'a call that only we decode, and that does what is shown',
      { request: { ...noRequest, call: transferCall(newRecipient, 250_000_000_000n) } },
      'pass',
    ],
    [
      'a call that only we decode, to another recipient',
      { request: { ...noRequest, call: transferCall(other, 250_000_000_000n) } },
      'stop',
    ],
    [
      'a call that only we decode, and that is no transfer',
      { request: { ...noRequest, call: { chainId: null, to: other, valueBase: '0', data: '0x12345678' } } },
      'flag',
    ],
    ['a dangerous payload', { decoded: { kind: 'other', words: 'approves all', dangerous: true } }, 'flag'],
  ])('%s', (_, activity, outcome) => {
    expect(find('decode-agreement', activity).outcome).toBe(outcome);
  });

  test('a difference is told with both values in full', () => {
    const finding = find('decode-agreement', { decoded: { ...decoded, to: other } });

    expect(finding.words).toBe(`the platform says the recipient ${newRecipient}, the payload ${other}`);
  });

  test('a difference weighs more than something unreadable', () => {
    const both: Decoded = { ...decoded, to: 'somebody', amountBase: '1' };

    expect(find('decode-agreement', { decoded: both }).outcome).toBe('stop');
  });
});

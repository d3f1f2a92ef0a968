// A dangerous call is the first thing that a person reads, in every place where they could decide on it.
import { describe, expect, it } from 'vitest';
import { card } from '../../../src/slack/views/card.ts';
import { modalApprove } from '../../../src/slack/views/modal-approve.ts';
import { modalDetails } from '../../../src/slack/views/modal-details.ts';
import { anActivity, anApproval, anApprovalView, anAsset } from '../../builders.ts';
import { textsIn } from './harmless.ts';

const words = 'calls the function 0x3659cfe6 of 0x1111111111111111111111111111111111111111: replaces the code';

function aCall(dangerous: boolean) {
  const activity = anActivity({ kind: 'contract-call', decoded: { kind: 'other', words, dangerous } });
  return anApprovalView({ approval: anApproval({ activity }) });
}

describe('a dangerous call', () => {
  it.each([
    ['the card', card, 2],
    ['the form', (view: ReturnType<typeof aCall>) => modalApprove(view, []), 0],
    ['Details', modalDetails, 2],
  ])('stands first on %s, and once', (_name, draw, place) => {
    const texts = textsIn(draw(aCall(true)).blocks);

    expect(texts[place]).toBe(`🚨 *Dangerous:* ${words}`);
    expect(texts.filter((text) => text.includes('replaces the code'))).toHaveLength(1);
  });

  it('is told from one that is only not known', () => {
    const texts = textsIn(card(aCall(false)).blocks).join('\n');

    expect(texts).not.toContain('🚨');
    expect(texts).toContain(`What it does: ${words}`);
  });

  it('is no warning any more when it is over', () => {
    expect(textsIn(card({ ...aCall(true), state: 'denied' }).blocks).join('\n')).not.toContain('🚨');
  });
});

describe('the contract of an asset', () => {
  const lower = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48';
  const checksummed = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';

  it('is written with its checksum, as explorers and wallets write it', () => {
    const activity = anActivity({ asset: anAsset({ reference: lower }) });
    const texts = textsIn(card(anApprovalView({ approval: anApproval({ activity }) })).blocks).join('\n');

    expect(texts).toContain(checksummed);
    expect(texts).not.toContain(lower);
  });

  it.each(['0xA0B86991c6218b36c1d19D4a2e9Eb0cE3606eB48', 'not-an-address'])(
    'stays as it came where it is %s',
    (odd) => {
      const activity = anActivity({ asset: anAsset({ reference: odd }) });

      expect(textsIn(card(anApprovalView({ approval: anApproval({ activity }) })).blocks).join('\n')).toContain(odd);
    },
  );
});

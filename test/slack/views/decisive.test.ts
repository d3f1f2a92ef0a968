// Either every decisive fact is literally in the card, or there is no Approve.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../../src/domain/approval-view.ts';
import { networkNamed } from '../../../src/chains/networks.ts';
import { actionIds } from '../../../src/slack/action-ids.ts';
import { card } from '../../../src/slack/views/card.ts';
import { approveButtonAllowed, decisiveBlocks, shownDigest } from '../../../src/slack/views/decisive.ts';
import { modalApprove } from '../../../src/slack/views/modal-approve.ts';
import {
  aDecision,
  aFinding,
  aGroup,
  aHold,
  anActivity,
  anApproval,
  anApprovalView,
  anAsset,
  aPolicy,
  aVote,
  minuteMs,
  noon,
} from '../../builders.ts';
import { brokenLimits } from './block-limits.ts';
import { textsIn } from './harmless.ts';
import { hostileView } from './hostile-views.ts';

function offersApprove(payload: { readonly blocks: readonly KnownBlock[] }): boolean {
  return JSON.stringify(payload.blocks).includes(`"action_id":"${actionIds.approve}"`);
}

function seenIn(payload: unknown): string {
  return textsIn(payload).join('\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Worked out here on purpose, without the product's own arithmetic: shift the point, then group by three. */
function amountWords(base: string, decimals: number): string {
  const digits = base.padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(?:[0-9]{3})+$)/g, ',');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

function decisiveValues(view: ApprovalView): readonly (string | null)[] {
  const activity = view.approval?.activity;
  const { asset = null, amountBase = null, network = null, wallet = null, destinations = [] } = activity ?? {};
  const decimals = asset?.decimals ?? null;
  const coin =
    asset === null ? null : ((network === null ? null : networkNamed(network)?.nativeSymbol) ?? asset.symbol);
  return [
    amountBase === null || decimals === null ? null : amountWords(amountBase, decimals),
    asset?.reference ?? coin,
    network,
    wallet?.id ?? null,
    view.approval?.initiator?.account ?? null,
    ...(destinations.length === 0 ? [null] : destinations.map(({ address }) => address)),
  ];
}

describe('decisive facts', () => {
  it('offers Approve only on cards and modals that show every decisive fact literally', () => {
    let offered = 0;
    fc.assert(
      fc.property(hostileView, (view) => {
        const groups = view.standing.map((group) => group.group.key);
        for (const payload of [card(view), modalApprove(view, groups)]) {
          if (!offersApprove(payload) && !('submit' in payload)) continue;
          offered += 1;
          const seen = seenIn(payload);
          expect(decisiveValues(view).filter((value) => value === null || !seen.includes(value))).toEqual([]);
          expect(view.approveInSlack.kind).toBe('offered');
          expect(view.state).toBe('pending');
          expect(view.mode).toBe('vote');
        }
      }),
      { numRuns: 600 },
    );
    // A property that never met an Approve would prove nothing.
    expect(offered).toBeGreaterThan(5);
  });

  it('offers Approve on an ordinary transfer', () => {
    expect(offersApprove(card(anApprovalView()))).toBe(true);
    expect(modalApprove(anApprovalView(), [aGroup().key]).submit).toBeDefined();
  });

  it.each<[string, ApprovalView]>([
    ['no initiator', anApprovalView({ approval: anApproval({ initiator: null }) })],
    ['no network', anApprovalView({ approval: anApproval({ activity: anActivity({ network: null }) }) })],
    ['no wallet', anApprovalView({ approval: anApproval({ activity: anActivity({ wallet: null }) }) })],
    ['no asset', anApprovalView({ approval: anApproval({ activity: anActivity({ asset: null }) }) })],
    ['no amount', anApprovalView({ approval: anApproval({ activity: anActivity({ amountBase: null }) }) })],
    ['no recipient', anApprovalView({ approval: anApproval({ activity: anActivity({ destinations: [] }) }) })],
    ['no decimals', withAsset({ decimals: null })],
    ['impossible decimals', withAsset({ decimals: 1e9 })],
    ['an address too long to show', withAddress(`0x${'a'.repeat(500)}`)],
    ['a hidden character in the address', withAddress('0xdE7212A9ed53FD325E33\u200b07205754B67FD8cbF263')],
    ['a reordering character in the address', withAddress('\u202e0xdE7212A9ed53FD325E3307205754B67FD8cbF263')],
    ['a Cyrillic letter in the address', withAddress('0xdЕ7212A9ed53FD325E3307205754B67FD8cbF263')],
    ['a backtick in the address', withAddress('0xdE72`12A9ed53FD325E3307205754B67FD8cbF263')],
    ['a contract that ends the code', withAsset({ reference: '0x1` *verified* `' })],
    ['more recipients than fit', withAddresses(9)],
    ['a connection that only shows cards', anApprovalView({ mode: 'card' })],
    ['approvals switched off', anApprovalView({ switches: { automation: true, approvals: false } })],
    ['a flow that does not offer it', anApprovalView({ approveInSlack: { kind: 'not-offered', reasons: [] } })],
    ['no fingerprint', anApprovalView({ fingerprint: null })],
    ['a decision already', anApprovalView({ state: 'deciding', decision: aDecision() })],
    ['content that was never read', anApprovalView({ approval: null, state: 'unreadable' })],
  ])('does not offer Approve with %s', (_why, view) => {
    expect(offersApprove(card(view))).toBe(false);
    expect(modalApprove(view, [aGroup().key]).submit).toBeUndefined();
  });

  it('does not offer Approve when a decisive block was lost on the way', () => {
    const view = anApprovalView();
    const blocks = decisiveBlocks(view);

    expect(approveButtonAllowed(view, blocks)).toBe(true);
    for (const lost of blocks) {
      expect(
        approveButtonAllowed(
          view,
          blocks.filter((block) => block !== lost),
        ),
      ).toBe(false);
    }
  });

  it('keeps every digit of the largest amounts', () => {
    const amountBase = (2n ** 256n - 1n).toString();
    const view = anApprovalView({
      approval: anApproval({ activity: anActivity({ amountBase, asset: anAsset({ decimals: 255 }) }) }),
    });

    expect(offersApprove(card(view))).toBe(true);
    expect(seenIn(card(view))).toContain(amountWords(amountBase, 255));
  });

  it('keeps the decisive facts when everything else has to give way', () => {
    const long = 'a long story about nothing '.repeat(40);
    const policies = Array.from({ length: 30 }, (_, index) =>
      aPolicy({
        name: `${long}${index}`,
        reason: long,
        groups: [aGroup({ key: `g${index}`, name: `Group ${index}` })],
      }),
    );
    const findings = Array.from({ length: 30 }, () => aFinding({ outcome: 'flag', words: long, title: long }));
    const activity = anActivity({ memo: long, externalId: long });
    const view = anApprovalView({
      approval: anApproval({ policies, activity }),
      findings,
      changes: Array.from({ length: 30 }, () => long),
      revision: 30,
    });

    const payload = card(view);

    expect(brokenLimits(payload)).toEqual([]);
    expect(offersApprove(payload)).toBe(true);
    expect(seenIn(payload)).toContain('Some details do not fit on this card');
  });

  it('leaves decisive facts out only whole, and Approve with them', () => {
    const view = withAddresses(5, '"'.repeat(390));

    const payload = card(view);

    expect(brokenLimits(payload)).toEqual([]);
    expect(offersApprove(payload)).toBe(decisiveValues(view).every((value) => seenIn(payload).includes(value ?? '?')));
  });
});

describe('the digest of what was shown', () => {
  it('is the same for card and modal, and whatever happens around the facts', () => {
    const digest = shownDigest(card(anApprovalView()));
    const later = anApprovalView({ votes: [aVote()], findings: [aFinding()], now: noon + 30 * minuteMs, revision: 3 });
    const held = anApprovalView({ holds: [aHold()], value: null, firstPayment: null });

    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect([later, held].map((view) => shownDigest(card(view)))).toEqual([digest, digest]);
    expect(shownDigest(modalApprove(later, [aGroup().key]))).toBe(digest);
  });

  it('is another one when any decisive fact is another one', () => {
    const views = [
      anApprovalView(),
      withAddress('0x52908400098527886E0F7030069857D2E4169EE7'),
      withAsset({ reference: '0xdAC17F958D2ee523a2206206994597C13D831ec7' }),
      withAsset({ decimals: 7 }),
      ...[{ network: 'Base' }, { wallet: { id: 'wa-2', name: null } }, { amountBase: '1' }].map((change) =>
        anApprovalView({ approval: anApproval({ activity: anActivity(change) }) }),
      ),
      anApprovalView({ approval: anApproval({ initiator: { account: 'us-other', serviceAccount: null } }) }),
    ];

    expect(new Set(views.map((view) => shownDigest(card(view)))).size).toBe(views.length);
  });
});

function withAddress(address: string): ApprovalView {
  const activity = anActivity({ destinations: [{ address, amountBase: '250000000000' }] });
  return anApprovalView({ approval: anApproval({ activity }) });
}

function withAddresses(count: number, tail = ''): ApprovalView {
  const destinations = Array.from({ length: count }, (_, index) => ({ address: `0x${index}${tail}`, amountBase: '1' }));
  return anApprovalView({ approval: anApproval({ activity: anActivity({ destinations }) }) });
}

function withAsset(change: Parameters<typeof anAsset>[0]): ApprovalView {
  return anApprovalView({ approval: anApproval({ activity: anActivity({ asset: anAsset(change) }) }) });
}

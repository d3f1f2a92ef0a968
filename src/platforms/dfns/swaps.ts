// Swaps: one asset given for another, at a quote that may slip.
import { blankActivity, readAmount, smallCount, walletOf, type Translate } from './activity.ts';
import { at, recordAt, textAt, wordsOf, type ExactRecord } from './document.ts';
import type { Asset } from '../../domain/activity.ts';

export const translateSwap: Translate = (approval, request, around) => {
  const source = recordAt(request.body, 'quotedSourceAsset') ?? {};
  const target = recordAt(request.body, 'quotedTargetAsset') ?? {};
  const amount = readAmount(source['amount']);
  const asked = at(request.body, 'requestBody', 'sourceAsset', 'amount');
  const slippage = smallCount(at(request.body, 'slippageBps'));
  return {
    ...blankActivity(approval, request),
    kind: 'swap',
    platformKind: `${approval.activityKind}/swapRequest/${textAt(request.body, 'provider') ?? 'unknown'}`,
    network: textAt(source, 'metadata', 'network'),
    wallet: walletOf(request, around),
    asset: assetOf(source),
    amountBase: amount.kind === 'exact' ? amount.amountBase : null,
    externalId: textAt(request.body, 'reference'),
    unread: [
      ...(amount.kind === 'unread' ? [amount.reason] : []),
      ...(asked === undefined || asked === source['amount'] ? [] : ['the amount asked for is not the amount quoted']),
    ],
    facts: [
      { label: 'Gives', value: wordsOfSide(source) },
      { label: 'Gets (quoted)', value: wordsOfSide(target) },
      { label: 'Into wallet', value: textAt(request.body, 'targetWalletId') ?? 'unknown' },
      { label: 'Provider', value: textAt(request.body, 'provider') ?? 'unknown' },
      { label: 'Slippage', value: slippage === null ? 'unknown' : `at most ${slippage / 100} %` },
      { label: 'Quote', value: textAt(request.body, 'quoteId') ?? 'unknown' },
    ],
  };
};

function assetOf(side: ExactRecord): Asset | null {
  const standard = textAt(side, 'kind');
  const reference = textAt(side, 'contract');
  if (standard === null || (standard !== 'Native' && reference === null)) return null;
  return {
    standard,
    reference,
    symbol: textAt(side, 'metadata', 'symbol'),
    decimals: smallCount(at(side, 'metadata', 'decimals')),
    verified: null,
  };
}

function wordsOfSide(side: ExactRecord): string {
  const name = textAt(side, 'contract') ?? textAt(side, 'kind') ?? 'an unknown asset';
  return `${wordsOf(side['amount'])} base units of ${textAt(side, 'metadata', 'symbol') ?? 'an unnamed asset'} (${name})`;
}

// Transfers: the one activity that can be plain, so every doubt about one is named.
import { LosslessNumber } from 'lossless-json';
import { networkNamed } from '../../chains/networks.ts';
import type { Activity, Asset } from '../../domain/activity.ts';
import type { Price } from '../../domain/amount.ts';
import { blankActivity, otherFacts, readAmount, smallCount, walletOf, type Translate } from './activity.ts';
import { at, recordAt, textAt, type ExactRecord } from './document.ts';

/** Which fields name the asset. New kinds appear between minor versions of the SDK: they are not guessed at. */
const transferKinds: Readonly<Record<string, { readonly reference: readonly string[]; readonly isNft?: true }>> = {
  Native: { reference: [] },
  Erc20: { reference: ['contract'] },
  Erc7984: { reference: ['contract'] },
  Trc20: { reference: ['contract'] },
  Snip2: { reference: ['contract'] },
  Spl: { reference: ['mint'] },
  Spl2022: { reference: ['mint'] },
  Asa: { reference: ['assetId'] },
  Asset: { reference: ['assetId'] },
  Aip21: { reference: ['metadata'] },
  Coin: { reference: ['coin'] },
  Trc10: { reference: ['tokenId'] },
  Hts: { reference: ['tokenId'] },
  Cis7: { reference: ['tokenId'] },
  Cis2: { reference: ['tokenAddress'] },
  Cip56: { reference: ['instrumentAdmin', 'instrumentId'] },
  Iou: { reference: ['currency', 'issuer'] },
  Sep41: { reference: ['assetCode', 'issuer'] },
  Tep74: { reference: ['master'] },
  Xls33: { reference: ['issuanceId'] },
  Erc721: { reference: ['contract', 'tokenId'], isNft: true },
  Trc721: { reference: ['contract', 'tokenId'], isNft: true },
  Snip3: { reference: ['contract', 'tokenId'], isNft: true },
  Hip17: { reference: ['tokenId', 'serialNumber'], isNft: true },
};

/** Fields with a place of their own, then fields that change how a transfer is made but not what it moves. */
const placed = ['kind', 'to', 'amount', 'memo', 'externalId'];
const understood = ['priority', 'createDestinationAccount', 'useDurableNonce', 'travelRule', 'feeSponsorId'];

export const translateTransfer: Translate = (approval, request, around) => {
  const blank = { ...blankActivity(approval, request), wallet: walletOf(request, around) };
  const network = textAt(request.body, 'network');
  const body = recordAt(request.body, 'requestBody');
  const kind = textAt(body ?? undefined, 'kind') ?? '';
  const form = Object.hasOwn(transferKinds, kind) ? transferKinds[kind] : undefined;
  if (body === null || form === undefined) {
    const facts = body === null ? [] : otherFacts(body, new Set(['memo', 'externalId']));
    return { ...blank, network, memo: memoOf(body).memo, unread: [`transfers of kind "${kind}" are not known`], facts };
  }

  const to = textAt(body, 'to');
  const amount = form.isNft === undefined ? readAmount(body['amount']) : null;
  const amountBase = amount?.kind === 'exact' ? amount.amountBase : null;
  const asset = assetOf(kind, form.reference, body, recordAt(request.body, 'metadata', 'asset'));
  const { memo, unread: memoUnread } = memoOf(body);
  const shown = new Set([...placed, ...form.reference]);
  const known = new Set([...shown, ...understood]);
  return {
    ...blank,
    kind: 'transfer',
    network,
    destinations: to === null ? [] : [{ address: to, amountBase }],
    asset,
    amountBase,
    price: priceOf(request.body),
    memo,
    unread: [
      ...(to === null ? ['its recipient is missing'] : []),
      ...(amount?.kind === 'unread' ? [amount.reason] : []),
      ...(form.isNft === true ? ['it moves a single item (an NFT), which has no amount'] : []),
      ...(asset === null ? ['its asset is not named in full'] : decimalsUnread(asset, network)),
      ...memoUnread,
      ...longMemo(memo, network),
      ...Object.keys(body)
        .filter((key) => !known.has(key))
        .map((key) => `its field "${key}" is not known`),
    ],
    facts: otherFacts(body, shown),
  };
};

function assetOf(
  kind: string,
  reference: readonly string[],
  body: ExactRecord,
  metadata: ExactRecord | null,
): Asset | null {
  const parts = reference.map((key) => textAt(body, key));
  if (parts.includes(null)) return null;
  const described = metadata ?? undefined;
  const decimals = smallCount(at(described, 'decimals'));
  const verified = at(described, 'verified');
  return {
    standard: kind,
    reference: parts.length === 0 ? null : parts.join(':'),
    symbol: textAt(described, 'symbol'),
    decimals: decimals !== null && decimals <= 255 ? decimals : null,
    verified: typeof verified === 'boolean' ? verified : null,
  };
}

/** A coin's decimals are a property of its network: where both are known and differ, neither is believed. */
function decimalsUnread(asset: Asset, network: string | null): readonly string[] {
  const known = network === null ? null : networkNamed(network);
  if (asset.standard !== 'Native' || known === null || asset.decimals === null) return [];
  return asset.decimals === known.nativeDecimals ? [] : [`the decimals of its coin are not those of ${known.name}`];
}

/**
 * Dfns quotes at the time of the request. Only a plain number above zero is a price: a price of nothing would make any
 * amount look small.
 */
function priceOf(request: ExactRecord): Price | null {
  const quote = at(request, 'metadata', 'asset', 'quotes', 'USD');
  if (!(quote instanceof LosslessNumber)) return null;
  const perToken = quote.value;
  const [, mantissa] = /^([0-9]{1,15}(?:\.[0-9]{1,40})?)(?:[eE][+-]?[0-9]{1,2})?$/.exec(perToken) ?? [];
  if (mantissa === undefined || !/[1-9]/.test(mantissa)) return null;
  return { perToken, currency: 'USD', quotedAt: instantOf(textAt(request, 'dateRequested')) };
}

function instantOf(text: string | null): number | null {
  const instant = text === null || !/^\d{4}-\d{2}-\d{2}T/.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}

/** Characters of a memo that every card shows. */
const maxShownMemo = 200;

/** Where the memo can route the money (every family but EVM, which has none on chain), people must see all of it. */
function longMemo(memo: Activity['memo'], network: Activity['network']): readonly string[] {
  if (memo === null || memo.length <= maxShownMemo) return [];
  const family = network === null ? null : (networkNamed(network)?.family ?? null);
  return family === 'evm' ? [] : ['its memo is too long to show in full, and may decide who is credited'];
}

/** A memo can decide whom an exchange credits: one that is neither a text nor a number is not passed over. */
function memoOf(body: ExactRecord | null): { readonly memo: Activity['memo']; readonly unread: readonly string[] } {
  const memo = body?.['memo'];
  if (memo === undefined || memo === null || memo === '') return { memo: null, unread: [] };
  if (typeof memo === 'string') return { memo, unread: [] };
  if (memo instanceof LosslessNumber) return { memo: memo.value, unread: [] };
  return { memo: null, unread: ['its memo is not a text'] };
}

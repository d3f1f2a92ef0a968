// The facts that a person decides on, each in full or not at all, and whether Approve may stand beside them.
import type { KnownBlock } from '@slack/types';
import { readAddress } from '../../chains/addresses.ts';
import { networkNamed } from '../../chains/networks.ts';
import { formatUnits, isBaseUnits } from '../../domain/amount.ts';
import type { Activity, Asset } from '../../domain/activity.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { decisiveBlockPrefix } from '../action-ids.ts';
import { fields, isDecisive, section, sha256, textsOf } from './blocks.ts';
import { person } from './links.ts';
import { code, isShownAsIs, name, unescaped } from './text.ts';

/** Longer than any real address, contract or id; what is longer is not shown in full, so it is not approved here. */
const maxValueLength = 400;
/** An ERC-20 may have 255 decimals. */
const maxDecimals = 255;
const maxRecipients = 5;

/** `value` is what must be readable, character for character, inside `text`; null: the platform does not say. */
export type DecisiveFact = {
  readonly label: string;
  readonly value: string | null;
  readonly text: string;
  readonly wide: boolean;
};

function decisiveFactsOf(view: ApprovalView): readonly DecisiveFact[] {
  if (view.approval === null) return [];
  const { activity } = view.approval;
  return [
    amountFact(activity),
    networkFact(activity),
    fact('From', activity.wallet?.id ?? null, activity.wallet?.name ?? null),
    initiatorFact(view),
    ...recipientFacts(activity),
    assetFact(activity),
  ];
}

/** The blocks that show them. Nothing volatile stands in these blocks: their texts make the digest of a vote. */
export function decisiveBlocks(view: ApprovalView): readonly KnownBlock[] {
  const moves = view.approval?.activity.kind === 'transfer';
  // What moves no money has neither amount nor recipient: rows that say "not stated" only hide what it does. A fact
  // that is left out is not shown, so there is no Approve beside it.
  const facts = decisiveFactsOf(view).filter((entry) => moves || entry.value !== null);
  const narrow = facts.filter((entry) => !entry.wide);
  if (narrow.length === 0) return [];
  return [
    fields(
      `${decisiveBlockPrefix}facts`,
      narrow.map((entry) => entry.text),
    ),
    ...facts.filter((entry) => entry.wide).map((entry) => section(`${decisiveBlockPrefix}fact`, entry.text)),
  ];
}

/** Approve exists only where the flow offers it and the finished blocks literally show every decisive fact. */
export function approveButtonAllowed(view: ApprovalView, blocks: readonly KnownBlock[]): boolean {
  if (view.approveInSlack.kind !== 'offered' || view.mode !== 'vote' || view.fingerprint === null) return false;
  if (view.state !== 'pending' || !view.switches.approvals) return false;
  return factsNotShown(view, blocks).length === 0;
}

/** The labels of decisive facts that these blocks do not show in full; a fact that is missing is not shown. */
export function factsNotShown(view: ApprovalView, blocks: readonly KnownBlock[]): readonly string[] {
  const shown = shownTexts(blocks);
  const facts = decisiveFactsOf(view);
  if (facts.length === 0) return ['everything'];
  return facts.filter((entry) => !isShown(entry, shown)).map((entry) => entry.label.toLowerCase());
}

/** SHA-256 over the decisive facts as shown: the same for card and modal, whatever else changes around them. */
export function shownDigest(payload: { readonly blocks: readonly KnownBlock[] }): string {
  return sha256(JSON.stringify(shownTexts(payload.blocks)));
}

function shownTexts(blocks: readonly KnownBlock[]): readonly string[] {
  return blocks.filter(isDecisive).flatMap(textsOf).map(unescaped);
}

function isShown({ value, text }: DecisiveFact, shown: readonly string[]): boolean {
  if (value === null || !isUnambiguous(value)) return false;
  const seen = unescaped(text);
  const lines = seen.replaceAll('`', '').split('\n');
  return shown.includes(seen) && lines.some((line) => line === value || line.startsWith(`${value} `));
}

/** Printable ASCII only: in an identifier, a letter that looks like another one is another identifier. */
function isUnambiguous(value: string): boolean {
  return value.length <= maxValueLength && /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value) && isShownAsIs(value);
}

function fact(label: string, value: string | null, words: string | null, wide = false): DecisiveFact {
  const lines = [`*${label}*`, ...(words === null ? [] : [name(words, 60)])];
  return { label, value, wide, text: [...lines, value === null ? 'not stated' : identifier(value)].join('\n') };
}

/** In full when that is possible without a trick; otherwise what can be said about it. */
function identifier(value: string): string {
  if (value.length > maxValueLength) return `${code(value, 60)}\n⚠️ too long to show in full`;
  return isUnambiguous(value) ? code(value, maxValueLength) : `${code(value, 120)}\n⚠️ can't be shown as it is`;
}

function amountFact(activity: Activity): DecisiveFact {
  const amount = amountOf(activity.amountBase, activity.asset);
  const base = activity.amountBase;
  if (amount === null) {
    const words = base === null ? 'not stated' : `${code(base, 120)} smallest units, decimals not known`;
    return { label: 'Amount', value: null, wide: false, text: `*Amount*\n${words}` };
  }
  const symbol = symbolOf(activity);
  const odd = symbol !== null && !isOrdinarySymbol(symbol) ? `\n⚠️ odd symbol ${code(symbol, 40)}` : '';
  return { label: 'Amount', value: amount, wide: false, text: `*Amount*\n${amount} ${assetName(activity)}${odd}` };
}

/** Every digit, or null when it can't be known. */
export function amountOf(amountBase: string | null, asset: Asset | null): string | null {
  const decimals = asset?.decimals ?? null;
  if (amountBase === null || !isBaseUnits(amountBase) || decimals === null) return null;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > maxDecimals) return null;
  return formatUnits(amountBase, decimals);
}

/** The symbol, which anybody can choose, or the network's own coin; an odd one is `tokens` in headers and sentences. */
export function assetName(activity: Pick<Activity, 'asset' | 'network'>): string {
  const symbol = symbolOf(activity);
  return symbol !== null && isOrdinarySymbol(symbol) ? name(symbol) : 'tokens';
}

function symbolOf({ asset, network }: Pick<Activity, 'asset' | 'network'>): string | null {
  const coin = asset !== null && asset.reference === null && network !== null ? networkNamed(network) : null;
  return coin?.nativeSymbol ?? asset?.symbol ?? null;
}

function isOrdinarySymbol(symbol: string): boolean {
  return /^[A-Za-z0-9][\w+-]{0,19}(?:\.[A-Za-z])?$/.test(symbol);
}

function assetFact(activity: Activity): DecisiveFact {
  const { asset } = activity;
  if (asset === null) return fact('Asset', null, null);
  if (asset.reference !== null) {
    const verified = asset.verified === false ? ', not verified by the platform' : '';
    const contract = checksummed(activity.network, asset.reference);
    const text = `*Asset contract* (${name(asset.standard, 24)}${verified})\n${identifier(contract)}`;
    return { label: 'Asset contract', value: contract, wide: true, text };
  }
  const coin = symbolOf(activity);
  if (coin === null || !isOrdinarySymbol(coin)) return fact('Asset', null, coin);
  return { label: 'Asset', value: coin, wide: false, text: `*Asset*\nThe network's own coin\n${code(coin)}` };
}

/** As explorers and wallets write it, so that people compare like with like; what can't be read stays as it came. */
function checksummed(network: string | null, address: string): string {
  const reading = readAddress(network === null ? null : networkNamed(network), address);
  return reading.kind === 'valid' ? reading.display : address;
}

function networkFact({ network }: Activity): DecisiveFact {
  if (network === null) return fact('Network', null, null);
  const known = networkNamed(network);
  const words = known === null ? '\n⚠️ a network that we do not know' : known.testnet ? '\nTest network' : '';
  const shown = /^[\w -]{1,40}$/.test(network) ? name(network) : identifier(network);
  return { label: 'Network', value: network, wide: false, text: `*Network*\n${shown}${words}` };
}

function initiatorFact(view: ApprovalView): DecisiveFact {
  const account = view.approval?.initiator?.account ?? null;
  const known = view.initiator.person;
  const bot = view.initiator.serviceAccount ? ['A service account'] : [];
  const lines = [...bot, ...(known === null ? [] : [`${bot.length > 0 ? 'run by ' : ''}${person(known)}`])];
  const shown = account === null ? 'not stated' : identifier(account);
  return { label: 'Asked by', value: account, wide: false, text: ['*Asked by*', ...lines, shown].join('\n') };
}

function recipientFacts(activity: Activity): readonly DecisiveFact[] {
  const { destinations } = activity;
  if (destinations.length === 0) return [fact('To', null, null, true)];
  const shown = destinations.slice(0, maxRecipients).map(({ address, amountBase }, index): DecisiveFact => {
    const amount = destinations.length === 1 ? null : amountOf(amountBase, activity.asset);
    const label = destinations.length === 1 ? 'To' : `To (${index + 1} of ${destinations.length})`;
    const words = amount === null ? '' : ` ${amount} ${assetName(activity)}`;
    return { label, value: address, wide: true, text: `*${label}*${words}\n${identifier(address)}` };
  });
  const left = destinations.length - shown.length;
  if (left === 0) return shown;
  return [...shown, { label: 'To', value: null, wide: true, text: `*To* ${left} more recipients, not shown here` }];
}

// The three parts of an AxonVault policy as conditions: whom it lets be paid, how much, and when people are asked.
import { readAddress } from '../../chains/addresses.ts';
import { NETWORKS } from '../../chains/networks.ts';
import { draftLimit, draftLine, type DraftLimit } from '../../domain/draft-text.ts';
import type { DraftCondition, DraftEffect } from '../../domain/rulebook-draft.ts';
import type { Options } from './policies-options.ts';
import { fault, remark, type Reading, type WirePolicy, type WrittenAmount } from './policies-wire.ts';

/** What a part adds to its policy. */
export type Part = {
  /** When it objects, and what it does then; null: it never does. */
  readonly objection: { readonly when: readonly DraftCondition[]; readonly effect: DraftEffect } | null;
  /** What an explicit allow must meet; null: with this part there is none. */
  readonly allowed: readonly DraftCondition[] | null;
};

export type Lists = Map<string, readonly string[]>;

const always: DraftCondition = { kind: 'always' };

/**
 * Listed recipients may be paid, which is the only allow that there is. With `denyAll` nobody else may. A part that
 * does not say whether it is on objects as if it were, and allows as if it were not.
 */
export function readWhitelist(rule: WirePolicy['rule'], reading: Reading, lists: Lists): Part | null {
  const part = rule.addressWhitelist;
  if (part === undefined || part === null || isOff(part.enabled, 'addressWhitelist', reading)) return null;
  const readable = (part.allowedAddresses ?? []).filter((address) => isReadable(address, reading));
  const addresses = [...new Set(readable)];
  if (part.denyAll === undefined || part.denyAll === null) {
    const words = 'does not say whether others are blocked';
    remark(reading, 'rule.addressWhitelist.denyAll', words, 'taken as true: others are blocked');
  }
  const listed: DraftCondition | null =
    addresses.length === 0 ? null : { kind: 'recipient', in: listOf(addresses, reading, lists) };
  const others = listed === null ? always : { not: listed };
  const objection = { when: [others], effect: { abstain: 'AxonVault blocks recipients that are not listed' } };
  return {
    objection: part.denyAll === false ? null : objection,
    allowed: listed === null || part.enabled !== true ? null : [listed],
  };
}

/** A long list gets a name of its own. */
function listOf(addresses: readonly string[], { name }: Reading, lists: Lists): readonly string[] | string {
  if (addresses.length <= 3) return addresses;
  const own = /^[A-Za-z][A-Za-z0-9_-]{0,40}$/.test(name) && !lists.has(name);
  const key = own ? name : `whitelist-${lists.size + 1}`;
  lists.set(key, addresses);
  return `$${key}`;
}

/** An address with a wrong checksum may be a typing error, and a listed address is allowed: it is left out. */
function isReadable(address: string, reading: Reading): boolean {
  const readings = NETWORKS.map((network) => readAddress(network, address));
  if (readings.some(({ kind }) => kind === 'valid')) return true;
  const words = /^0x[0-9a-f]{40}$/i.test(address)
    ? `${address} has a checksum that does not fit: it may hold a typing error`
    : `"${address.slice(0, 100)}" is not an address of a network that is known here`;
  remark(reading, 'rule.addressWhitelist.allowedAddresses', words, 'left out: it is not allowed');
  return false;
}

export function readLimits(rule: WirePolicy['rule'], reading: Reading, options: Options): Part | null {
  const part = rule.amountLimit;
  if (part === undefined || part === null || isOff(part.enabled, 'amountLimit', reading)) return null;
  const currency = part.currency ?? 'USD';
  const place = 'rule.amountLimit';
  if (part.currency === undefined || part.currency === null) {
    remark(reading, `${place}.currency`, 'is missing', 'taken as USD');
  }
  const perTx = readAmount(part.perTxLimit, currency, `${place}.perTxLimit`, reading);
  const daily = readAmount(part.dailyLimit, currency, `${place}.dailyLimit`, reading);
  if (perTx === null && daily === null) {
    remark(reading, place, 'has neither a daily nor a per-transaction limit', 'it limits nothing');
    return null;
  }
  const effect = { abstain: 'AxonVault blocks what is above its limits' };
  if (perTx?.kind === 'zero' || daily?.kind === 'zero') {
    remark(reading, place, 'has a limit of zero', 'taken as: nothing may be paid');
    return { objection: { when: [always], effect }, allowed: null };
  }
  const within: DraftCondition[] = [
    ...(perTx === null ? [] : [{ kind: 'amount', atMost: perTx.text }]),
    ...(daily === null ? [] : [{ kind: 'spent', window: options.window, per: options.per, atMost: daily.text }]),
  ];
  return { objection: { when: [{ any: within.map((not) => ({ not })) }], effect }, allowed: within };
}

export function readFlow(rule: WirePolicy['rule'], reading: Reading, options: Options): Part | null {
  const part = rule.approvalFlow;
  if (part === undefined || part === null || isOff(part.enabled, 'approvalFlow', reading)) return null;
  const place = 'rule.approvalFlow';
  const approvers = [...new Set(part.approvers ?? [])];
  const quorum = part.requiredApprovals ?? 0;
  if (approvers.length === 0) fault(reading, `${place}.approvers`, 'names nobody', 'List at least one user id.');
  else if (quorum < 1 || quorum > Math.min(approvers.length, 100)) {
    const words = `must be 1 to ${approvers.length}, the number of different approvers`;
    fault(reading, `${place}.requiredApprovals`, words, 'AxonVault refuses it as well: correct it there.');
  }
  if (part.threshold === undefined || part.threshold === null) {
    fault(reading, `${place}.threshold`, 'is missing', 'Write an amount in USD as a text, e.g. "10000".');
  }
  const threshold = readAmount(part.threshold, 'USD', `${place}.threshold`, reading);
  if (threshold === null) return null;
  const effect = { people: approvers.flatMap((approver) => draftLine(approver, 100) ?? []), quorum };
  if (threshold.kind === 'zero') return { objection: { when: [always], effect }, allowed: null };
  const above: DraftCondition = options.thresholdItself
    ? { kind: 'amount', atLeast: threshold.text }
    : { not: { kind: 'amount', atMost: threshold.text } };
  return { objection: { when: [above], effect }, allowed: [{ not: above }] };
}

type Amount = Exclude<DraftLimit, { kind: 'fault' }>;

/** Null: there is none, or it has a fault that was reported. */
function readAmount(
  written: WrittenAmount | null | undefined,
  currency: string,
  place: string,
  reading: Reading,
): Amount | null {
  if (written === null || written === undefined) return null;
  if (!written.quoted) remark(reading, place, 'is a number, where AxonVault takes a text', `read as ${written.text}`);
  const limit = draftLimit(written.text, currency);
  if (limit.kind === 'fault') {
    fault(reading, place, limit.words, 'Write digits as a text, and an ISO currency, e.g. "10000" and "USD".');
    return null;
  }
  if (limit.cut) {
    const instead = limit.kind === 'zero' ? 'taken as zero' : `taken as ${limit.text}, the next lower limit`;
    remark(reading, place, 'has more than two decimals', instead);
  }
  if (currency !== 'USD' && limit.kind === 'limit') {
    remark(reading, place, `is in ${currency}`, `what has no price in ${currency} is left to people`);
  }
  return limit;
}

function isOff(enabled: boolean | null | undefined, part: string, reading: Reading): boolean {
  if (enabled === false) remark(reading, `rule.${part}`, 'is not enabled', 'not carried over: it is not in force');
  else if (enabled !== true) {
    remark(reading, `rule.${part}`, 'does not say whether it is enabled', 'taken as in force; it allows nothing');
  }
  return enabled === false;
}

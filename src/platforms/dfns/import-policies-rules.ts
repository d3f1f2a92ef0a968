// When a policy of Dfns triggers, as conditions of ours: one reader per kind of rule.
import { z } from 'zod';
import { readAddress } from '../../chains/addresses.ts';
import { networkNamed, NETWORKS } from '../../chains/networks.ts';
import { isBaseUnits } from '../../domain/amount.ts';
import { draftLimit } from '../../domain/draft-text.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { ExactRecord } from './document.ts';
import { fault, faultsOf, numberSchema, remark, wholeSchema, type Reading } from './import-policies-wire.ts';

/** Value lists that conditions refer to by name. */
export type Lists = Map<string, readonly string[]>;

/** Every one of them must be true for the policy to trigger; none means that it always does. */
export type Trigger = readonly DraftCondition[];

type ReadRule = (configuration: ExactRecord, reading: Reading, lists: Lists) => Trigger;

const readers: Readonly<Record<string, ReadRule>> = {
  AlwaysTrigger: () => [],
  TransactionAmountLimit: readAmountLimit,
  TransactionAmountLimitNominal: readNominalLimit,
  TransactionAmountVelocity: readAmountVelocity,
  TransactionCountVelocity: readCountVelocity,
  TransactionRecipientWhitelist: readWhitelist,
  ChainalysisTransactionPrescreening: screening('Chainalysis'),
  ChainalysisTransactionScreening: screening('Chainalysis'),
  ChainalysisQuarantineScreening: screening('Chainalysis'),
  GlobalLedgerTransactionPrescreening: screening('Global Ledger'),
  TravelRuleTransactionPrescreening: screening('Notabene (travel rule)'),
};

/** By kind of rule, the keys of its configuration; a kind that is not here is screening, which is not looked into. */
const knownKeys: Readonly<Record<string, readonly string[]>> = {
  AlwaysTrigger: [],
  TransactionAmountLimit: ['limit', 'currency'],
  TransactionAmountLimitNominal: ['assets'],
  TransactionAmountVelocity: ['limit', 'currency', 'timeframe', 'timeWindow'],
  TransactionCountVelocity: ['limit', 'timeframe', 'timeWindow'],
  TransactionRecipientWhitelist: ['addresses'],
};

const part = 'rule.configuration';

/** Whatever is not known here makes the whole trigger unknown: such a policy may always object. */
export function readTrigger(kind: string, configuration: ExactRecord, reading: Reading, lists: Lists): Trigger {
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (read === undefined) {
    remark(reading, 'rule.kind', `"${kind}" is not a kind of rule that is known here`, undecided);
    return [unsupported(`the rule ${kind} of Dfns`)];
  }
  const known = Object.hasOwn(knownKeys, kind) ? knownKeys[kind] : undefined;
  const strangers = known === undefined ? [] : Object.keys(configuration).filter((key) => !known.includes(key));
  if (strangers.length === 0) return read(configuration, reading, lists);
  for (const key of strangers) remark(reading, `${part}.${key}`, 'is not a key that is known here', undecided);
  return [unsupported(`${kind} of Dfns with ${strangers.join(', ')}`)];
}

const undecided = 'it cannot be decided here, so all that the policy covers is left to people';

export function unsupported(what: string): DraftCondition {
  return { kind: 'unsupported', what: what.slice(0, 300) };
}

/**
 * "Only evaluate plain value transfers": signatures, swaps, contract calls and transfers of nothing trigger these
 * rules. https://docs.dfns.co/core-concepts/policies
 */
const notPlain: readonly DraftCondition[] = [
  { not: { kind: 'activity', in: ['transfer'] } },
  { not: { kind: 'base-units', atLeast: '1' } },
];

function parse<T>(schema: z.ZodType<T>, configuration: ExactRecord, reading: Reading): T | null {
  const parsed = schema.safeParse(configuration);
  if (parsed.success) return parsed.data;
  const path = [reading.path, part].filter((step) => step !== '').join('.');
  const found = faultsOf(parsed.error, path, configuration);
  reading.faults.push(...found.map((one) => ({ ...one, remedy: 'Write the configuration as Dfns documents it.' })));
  return null;
}

const moneySchema = { limit: numberSchema, currency: z.string().min(1) };

/** Null: everything is above it, or it has a fault that was reported. */
function readMoney(money: { limit: z.output<typeof numberSchema>; currency: string }, reading: Reading): string | null {
  const { limit, currency } = money;
  if (limit.quoted) hint(reading, 'limit', 'is a text, as older guides wrote it', `read as the number ${limit.text}`);
  const read = draftLimit(limit.text, currency);
  if (read.kind === 'fault') {
    fault(
      reading,
      `${part}.limit`,
      read.words,
      'Write a number that is not negative, and an ISO currency, e.g. "USD".',
    );
    return null;
  }
  if (currency !== 'USD') {
    const words = `is in ${currency}, and Dfns prices in USD only`;
    remark(reading, `${part}.currency`, words, `what has no price in ${currency} is left to people`);
  }
  if (read.cut) {
    const instead = read.kind === 'zero' ? 'taken as zero' : `taken as ${read.text}`;
    remark(reading, `${part}.limit`, 'has more than two decimals', `${instead}, the next lower limit`);
  }
  return read.kind === 'limit' ? read.text : null;
}

function hint(reading: Reading, key: string, words: string, instead: string): void {
  remark(reading, `${part}.${key}`, words, instead);
}

function readAmountLimit(configuration: ExactRecord, reading: Reading): Trigger {
  const money = parse(z.looseObject(moneySchema), configuration, reading);
  if (money === null) return [];
  const atMost = readMoney(money, reading);
  return atMost === null ? [] : [{ any: [...notPlain, { not: { kind: 'amount', atMost } }] }];
}

const windowSchema = { timeframe: wholeSchema.optional(), timeWindow: wholeSchema.optional() };

/** Minutes, up to thirty days; older guides wrote `timeWindow` in seconds. */
function readWindow(
  given: {
    timeframe?: z.output<typeof wholeSchema> | undefined;
    timeWindow?: z.output<typeof wholeSchema> | undefined;
  },
  reading: Reading,
): string | null {
  const { timeframe, timeWindow } = given;
  const found = timeframe ?? timeWindow;
  const key = timeframe === undefined ? 'timeWindow' : 'timeframe';
  if (found === undefined || (timeframe !== undefined && timeWindow !== undefined)) {
    const words = found === undefined ? 'is missing' : 'stands beside timeWindow: they may disagree';
    fault(reading, `${part}.timeframe`, words, 'Write "timeframe" in minutes, 1 to 43200.');
    return null;
  }
  const most = key === 'timeframe' ? 43_200 : 43_200 * 60;
  const length = Number(found.text);
  if (length < 1 || length > most) {
    fault(reading, `${part}.${key}`, `must be 1 to ${most}`, 'Write "timeframe" in minutes, 1 to 43200.');
    return null;
  }
  if (key === 'timeWindow') {
    const words = 'is the spelling of an older guide, in seconds; Dfns takes "timeframe", in minutes';
    hint(reading, key, words, `read as ${length} seconds (${length / 60} minutes)`);
  }
  if (found.quoted) hint(reading, key, 'is a text, not a number', `read as ${length}`);
  return `${length}${key === 'timeframe' ? 'm' : 's'}`;
}

/** Of the wallet alone, with this activity counted; what has no price makes the sum unknown, as on Dfns. */
function readAmountVelocity(configuration: ExactRecord, reading: Reading): Trigger {
  const read = parse(z.looseObject({ ...moneySchema, ...windowSchema }), configuration, reading);
  if (read === null) return [];
  const window = readWindow(read, reading);
  const atMost = readMoney(read, reading);
  if (window === null || atMost === null) return [];
  return [{ not: { kind: 'spent', window, per: ['wallet'], atMost } }];
}

/** No window holds more payments than this here. */
const mostPayments = 1_000_000_000;

function readCountVelocity(configuration: ExactRecord, reading: Reading): Trigger {
  const read = parse(z.looseObject({ limit: numberSchema, ...windowSchema }), configuration, reading);
  if (read === null) return [];
  const window = readWindow(read, reading);
  const { text, quoted } = read.limit;
  if (quoted) hint(reading, 'limit', 'is a text, as older guides wrote it', `read as the number ${text}`);
  const whole = /^(\d{1,15})(?:\.\d{1,50})?$/.exec(text)?.[1];
  if (whole === undefined) {
    fault(reading, `${part}.limit`, `"${text.slice(0, 60)}" is not a number of transactions`, 'Write a whole number.');
    return [];
  }
  if (window === null) return [];
  // More than 5.5 is more than 5: transactions are counted whole.
  const count = Math.min(Number(whole), mostPayments);
  return count === 0 ? [] : [{ not: { kind: 'spent', window, per: ['wallet'], count } }];
}

function readWhitelist(configuration: ExactRecord, reading: Reading, lists: Lists): Trigger {
  const read = parse(z.looseObject({ addresses: z.array(z.string().min(1)) }), configuration, reading);
  const addresses = [...new Set((read?.addresses ?? []).flatMap((address) => readableAddress(address, reading)))];
  // "If the list is empty … the rule will trigger for any wallet activities."
  if (addresses.length === 0) return [];
  return [{ any: [...notPlain, { not: { kind: 'recipient', in: listed(addresses, reading, lists) } }] }];
}

/** A long list gets a name of its own. */
function listed(addresses: readonly string[], reading: Reading, lists: Lists): readonly string[] | string {
  if (addresses.length <= 3) return addresses;
  const own = /^[A-Za-z][A-Za-z0-9_-]{0,40}$/.test(reading.name) && !lists.has(reading.name);
  const name = own ? reading.name : `whitelist-${lists.size + 1}`;
  lists.set(name, addresses);
  return `$${name}`;
}

const evmForm = /^0x[0-9a-f]{40}$/i;

/** On EVM networks Dfns compares without case, so a checksum that does not fit is said, and does not matter. */
function readableAddress(address: string, reading: Reading): readonly string[] {
  if (NETWORKS.some((network) => readAddress(network, address).kind === 'valid')) return [address];
  if (evmForm.test(address)) {
    const words = `${address} has a checksum that does not fit: it may hold a typing error`;
    remark(reading, `${part}.addresses`, words, 'taken without its checksum, as Dfns does');
    return [address.toLowerCase()];
  }
  const words = `"${address.slice(0, 100)}" is not an address of a network that is known here`;
  remark(reading, `${part}.addresses`, words, 'left out: a payment to it counts as not whitelisted');
  return [];
}

const assetSchema = z.strictObject({
  network: z.string().min(1),
  tid: z.string().regex(/^[a-z0-9_]+:\S(?: ?\S)*$/, 'must be an identifier such as "native:eth" or "erc20:0x…"'),
  limit: wholeDigits(),
});

function wholeDigits() {
  return numberSchema.refine(({ text }) => /^\d{1,100}$/.test(text), 'must be a whole number of base units, as a text');
}

/** Units of each asset by itself: one that is not listed does not trigger it. */
function readNominalLimit(configuration: ExactRecord, reading: Reading, lists: Lists): Trigger {
  const schema = z.looseObject({
    assets: z.array(assetSchema).min(1, 'must not be empty').max(100, 'has more than 100 entries'),
  });
  const read = parse(schema, configuration, reading);
  if (read === null) return [];
  const keys = read.assets.map(({ network, tid }) => `${network} ${tid}`);
  for (const [index, key] of keys.entries()) {
    if (keys.indexOf(key) === index) continue;
    fault(reading, `${part}.assets[${index}]`, `repeats ${key}`, 'Keep one limit per asset, as Dfns does.');
  }
  for (const [index, { limit }] of read.assets.entries()) {
    if (limit.quoted) continue;
    hint(reading, `assets[${index}].limit`, 'is a number, where Dfns takes a text', 'read digit by digit');
  }
  const over = read.assets.map((asset) => aboveLimit(asset, reading, lists));
  return [{ any: [...notPlain, ...over] }];
}

const knownNetworks = 'known-networks';

function aboveLimit(asset: z.output<typeof assetSchema>, reading: Reading, lists: Lists): DraftCondition {
  const { network: name, tid } = asset;
  const network = networkNamed(name);
  const place = `${part}.assets`;
  if (network === null) {
    remark(
      reading,
      place,
      `${tid} is on ${name}, a network that is not known here`,
      'transfers on unknown networks are left to people',
    );
    lists.set(
      knownNetworks,
      NETWORKS.map((known) => known.name),
    );
    return {
      all: [{ not: { kind: 'network', in: `$${knownNetworks}` } }, unsupported(`a limit on ${tid} on ${name}`)],
    };
  }
  const [, standard = '', id = ''] = /^([a-z0-9_]+):(.+)$/.exec(tid) ?? [];
  const reference = standard === 'native' ? 'native' : readAddress(network, id).kind === 'valid' ? id : null;
  if (reference === null) {
    remark(
      reading,
      place,
      `${tid} on ${name} does not name an asset that can be told apart here`,
      `transfers on ${name} are left to people`,
    );
    return { all: [{ kind: 'network', in: [name] }, unsupported(`a limit on ${tid} on ${name}`)] };
  }
  const is: DraftCondition = { kind: 'asset', in: [{ network: name, reference }] };
  const atMost = asset.limit.text.replace(/^0+(?=\d)/, '');
  if (atMost === '0' || !isBaseUnits(atMost)) return is;
  return { all: [is, { not: { kind: 'base-units', of: { network: name, reference }, atMost } }] };
}

/** Screening by a third party is a check of ours, which is unavailable unless one is configured. */
function screening(by: string): ReadRule {
  return (_configuration, reading) => {
    const words = `screening by ${by} is not computed here`;
    remark(
      reading,
      'rule.kind',
      words,
      'configure the screening check; until then all that the policy covers is left to people',
    );
    return [unsupported(`screening by ${by}`)];
  };
}

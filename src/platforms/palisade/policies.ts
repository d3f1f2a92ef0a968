// Palisade's limits as a draft of our rulebook: what is within every limit that applies may be approved.
import { createHash } from 'node:crypto';
import { draftName, draftRuleId } from '../../domain/draft-text.ts';
import { readJson } from '../../domain/json.ts';
import type {
  DraftCondition,
  DraftRule,
  ImportFault,
  ImportReading,
  ImportRemark,
  ImportSettings,
  PolicyLanguage,
} from '../../domain/rulebook-draft.ts';
import {
  assetOf,
  assetsOption,
  networksOption,
  readAssetBook,
  type AssetBook,
  type NamedAsset,
} from './policies-assets.ts';
import { baseLimit, mustHold } from './policies-limits.ts';
import { nameOf, selectInForce, type LimitInForce } from './policies-lifecycle.ts';
import { matched, overrideRank, type Matched, type Note } from './policies-matchers.ts';
import { isRecord, readWire, refuse, unknownKeys, type WireLimit } from './policies-wire.ts';

const platform = 'palisade';

const evaluations = ['all', 'any', 'override', 'specific'] as const;
type Evaluation = (typeof evaluations)[number];

const options = {
  evaluation:
    'how limits that apply together decide, on which the documentation is of several minds: `all` must hold (the default), ' +
    '`any` one is enough, `override`: only those with the strongest matcher count (initiator, counterparty address, transaction type, ' +
    'sign-for, counterparty, address, wallet, none), `specific`: those with matchers count instead of those without',
  assets: assetsOption,
  networks: networksOption,
  wallet: 'the wallet of limits that name none, as those that are sent to create one',
  ignore: 'keys, with commas between, that are not known here and have no bearing on the decision',
};

export const palisadeLanguage: PolicyLanguage = {
  platform,
  recognises: (document) =>
    limitsIn(document).some((entry) => isRecord(entry) && typeof entry['limitType'] === 'string'),
  options,
  importPolicies,
};

function limitsIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document;
  if (!isRecord(document)) return [];
  const inside = [document['walletLimits'], document['limits']].find((value) => Array.isArray(value));
  return Array.isArray(inside) ? inside : [document['walletLimit'] ?? document['limit'] ?? document];
}

function importPolicies(text: string, settings: ImportSettings): ImportReading {
  const json = readJson(text);
  if (json.kind === 'malformed') {
    return {
      kind: 'faults',
      faults: [{ path: '', words: `is not JSON: ${json.reason}`, remedy: 'Correct the file.' }],
    };
  }
  const faults: ImportFault[] = [];
  for (const name of Object.keys(settings.options)) {
    if (Object.hasOwn(options, name)) continue;
    refuse(
      faults,
      `options.${name}`,
      'is not an option of this import',
      `Known here: ${Object.keys(options).join(', ')}.`,
    );
  }
  const evaluation = evaluations.find((name) => name === (settings.options['evaluation'] ?? 'all'));
  if (evaluation === undefined) {
    refuse(
      faults,
      'options.evaluation',
      `must be one of: ${evaluations.join(', ')}`,
      'Leave it out: then all must hold.',
    );
  }
  const book = readAssetBook(settings.options, faults);
  const wire = readWire(json.value);
  if (wire.kind === 'faults') return { kind: 'faults', faults: [...faults, ...wire.faults] };
  const selected = selectInForce(wire.limits);
  faults.push(...selected.faults);
  const remarks: ImportRemark[] = [...selected.remarks];
  const read = selected.inForce.map((entry) => readLimit(entry, { book, settings, remarks, faults }));
  if (faults.length > 0 || evaluation === undefined) return { kind: 'faults', faults };
  const rules =
    evaluation === 'any'
      ? read.map((limit) => ({ ...ruleOf(limit, []), stage: settings.stage, effect: 'allow' as const }))
      : [
          ...read.map((limit) =>
            ruleOf(
              limit,
              read.filter((other) => overrides(other, limit, evaluation)),
            ),
          ),
          ...allowing(read, settings.stage),
        ];
  const set = {
    name: platform,
    ...(settings.connection === null ? {} : { connections: [settings.connection] }),
    match: evaluation === 'any' ? ('any-passes' as const) : ('all-must-pass' as const),
    // Without a limit a wallet sends nothing.
    otherwise: 'abstain' as const,
    rules: [sweepRule, ...rules],
  };
  const assets = [...book.named.values()].map(
    ({ name, network, reference, decimals }) => [name, { network: network.name, reference, decimals }] as const,
  );
  return { kind: 'draft', draft: { lists: {}, assets: Object.fromEntries(assets), sets: [set] }, remarks };
}

/** No limit was asked about a sweep, so that none may speak for it. */
const sweepRule: DraftRule = {
  id: `${platform}-sweeps`,
  title: 'Sweeps bypass every policy',
  stage: 'live',
  when: [{ kind: 'transaction-type', in: ['PALISADE_SWEEP'] }],
  effect: { abstain: 'a sweep bypasses every policy, so that no limit speaks for it' },
};

type ReadLimit = {
  readonly limit: WireLimit;
  readonly wallet: string | null;
  readonly asset: NamedAsset | null;
  /** What it is about, whoever the transaction is from and to. */
  readonly scope: readonly DraftCondition[];
  readonly matchers: readonly Matched[];
  readonly doubts: readonly DraftCondition[];
  readonly must: DraftCondition;
};

type Reading = {
  readonly book: AssetBook;
  readonly settings: ImportSettings;
  readonly remarks: ImportRemark[];
  readonly faults: ImportFault[];
};

function readLimit({ limit, path, doubt }: LimitInForce, { book, settings, remarks, faults }: Reading): ReadLimit {
  const noteAt =
    (place: string): Note =>
    (words, instead = 'It is unknown, and abstains.') => {
      remarks.push({ place: `${nameOf(limit)} ${place}`.trim(), words, instead });
    };
  const unsupported = (place: string, words: string, instead?: string): DraftCondition => {
    noteAt(place)(words, instead);
    return { kind: 'unsupported', what: words.slice(0, 300) };
  };
  const reading = assetOf(limit, book);
  const asset = reading.kind === 'asset' ? reading.asset : null;
  const wallet = limit.walletId ?? settings.options['wallet'] ?? null;
  const matchers = limit.matchers.map((matcher, at) =>
    matched(matcher, asset?.network ?? null, noteAt(`matchers[${at}]`)),
  );
  const ignored = (settings.options['ignore'] ?? '').split(',').map((key) => key.trim());
  const keys = unknownKeys('limit', limit).filter((key) => !ignored.includes(key));
  const base = asset === null ? null : baseLimit(limit.limitQty, asset.decimals);
  if (base === 'too-many-decimals' && asset !== null) {
    const words = `has more decimals than ${asset.name}, which has ${asset.decimals}`;
    refuse(
      faults,
      path === '' ? 'limitQty' : `${path}.limitQty`,
      words,
      'Correct the amount, or the decimals of the asset.',
    );
  }
  return {
    limit,
    wallet,
    asset,
    scope: [
      wallet === null
        ? unsupported(
            'walletId',
            'the limit names no wallet',
            'It is unknown, and abstains. Add the option wallet=<id>.',
          )
        : { kind: 'wallet', in: [wallet] },
      reading.kind === 'asset'
        ? { kind: 'asset', in: [reading.asset.name] }
        : unsupported('asset', reading.words, reading.instead),
    ],
    matchers,
    doubts: [
      ...(doubt === null ? [] : [{ kind: 'unsupported', what: doubt }]),
      ...keys.map((key) => {
        const instead = `It is unknown, and abstains. If the key has no bearing on the decision: the option ignore=${key}.`;
        return unsupported('', `the key "${key}" is not known here`, instead);
      }),
    ],
    must:
      asset === null || base === null || base === 'too-many-decimals'
        ? { kind: 'unsupported', what: 'an amount of an asset that is not known here' }
        : mustHold(limit, { asset, base, matchers, unsupported }),
  };
}

/**
 * Says nothing by itself, and objects where it is exceeded: live from the start, and apart from what allows, because a
 * limit must not lapse when a rule that allows is put back to shadow.
 */
function ruleOf(read: ReadLimit, stronger: readonly ReadLimit[]): DraftRule {
  const { limit, scope, must } = read;
  const id = limit.id ?? `${nameOf(limit)} ${digestOf(limit)}`;
  return {
    id: draftRuleId(platform, id),
    title: titleOf(limit),
    stage: 'live',
    when: [
      ...scope,
      isTransfer,
      ...matchingOf(read),
      // The scope is the same.
      ...stronger.map((other) => ({ not: { all: matchingOf(other) } })),
    ],
    must: [must],
    effect: [],
    source: { platform, id: draftName(id, 150) },
  };
}

/** An amount of a raw transaction or a signature says little about what it does. */
const isTransfer: DraftCondition = { kind: 'activity', in: ['transfer'] };

function matchingOf({ matchers, doubts }: ReadLimit): readonly DraftCondition[] {
  return [...matchers.map(({ when }) => when), ...doubts];
}

/** One rule per wallet and asset: where a limit applies, what no limit objects to is allowed. */
function allowing(read: readonly ReadLimit[], stage: string): readonly DraftRule[] {
  const scoped = read.flatMap(({ wallet, asset, ...rest }) =>
    wallet === null || asset === null ? [] : [{ wallet, asset, ...rest }],
  );
  const scopes = new Map(scoped.map((limit) => [JSON.stringify(limit.scope), limit]));
  return [...scopes].map(([key, { wallet, asset, scope }]): DraftRule => {
    const matching = scoped.filter((limit) => JSON.stringify(limit.scope) === key).map(matchingOf);
    const always = matching.some((conditions) => conditions.length === 0);
    return {
      id: draftRuleId(platform, `${wallet}-${asset.name}`),
      title: draftName(`Within every limit of the wallet ${wallet} on ${asset.name}`, 150),
      stage,
      when: [...scope, isTransfer, ...(always ? [] : [{ any: matching.map((all) => ({ all })) }])],
      effect: 'allow',
      source: { platform, id: draftName(wallet, 150) },
    };
  });
}

/** Only limits on the same wallet and asset can stand in each other's place. */
function overrides(other: ReadLimit, read: ReadLimit, evaluation: Exclude<Evaluation, 'any'>): boolean {
  if (evaluation === 'all' || JSON.stringify(other.scope) !== JSON.stringify(read.scope)) return false;
  if (evaluation === 'specific') return read.matchers.length === 0 && other.matchers.length > 0;
  const mine = overrideRank(read.limit.matchers);
  const theirs = overrideRank(other.limit.matchers);
  return mine !== null && theirs !== null && theirs < mine;
}

function digestOf(limit: WireLimit): string {
  return createHash('sha256').update(JSON.stringify(limit)).digest('hex').slice(0, 8);
}

function titleOf(limit: WireLimit): string {
  const symbol = limit.asset?.symbol ?? limit.symbol ?? '';
  const spans: Readonly<Record<string, string>> = {
    PER_TX: 'per transaction',
    ROLLING_DURATION: `in ${limit.duration ?? ''}`,
    CONSTANT: 'in all time',
  };
  const types = limit.matchers.map(({ type }) => type).join(', ');
  const among = types === '' ? '' : `, by ${types}`;
  return draftName(`At most ${limit.limitQty} ${symbol} ${spans[limit.limitType] ?? limit.limitType}${among}`, 150);
}

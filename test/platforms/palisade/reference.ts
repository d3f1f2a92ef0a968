// Palisade's limits read literally, from its own JSON and with nothing of ours: what the product is compared with.
// Where the documentation, or what a history tells, leaves something open, only what holds either way is allowed.

export type Asset = { symbol: string; standard: string; blockchain: string; decimals: number; contract?: string };

export type Matcher = { type: string; value?: string; values?: string[] };

export type Limit = {
  id: string;
  walletId: string;
  limitType: string;
  limitQty: string;
  duration?: string | undefined;
  asset: Asset;
  matchers?: Matcher[];
  status: string;
  active: boolean;
};

export type Transaction = {
  id: string;
  walletId: string;
  createdBy: string;
  createdAt: string;
  action: string;
  asset: Asset;
  /** In units of the asset. */
  qty: string;
  destinationAddress: string;
  destination: { type: string; id?: string; counterpartyId?: string };
};

export type Question = {
  readonly evaluation: 'all' | 'any' | 'override' | 'specific';
  readonly now: number;
  /** `told`: a history tells who asked, of which type, to which address and counterparty. `whole`: it tells everything. */
  readonly history: 'told' | 'whole';
};

type Three = 'yes' | 'no' | 'open';

function both(answers: readonly Three[]): Three {
  if (answers.includes('no')) return 'no';
  return answers.includes('open') ? 'open' : 'yes';
}

function three(is: boolean): Three {
  return is ? 'yes' : 'no';
}

/** Raw transactions and signatures are left to people whatever the limits say, and so are sweeps, which bypass them. */
const transfers = ['WITHDRAWAL', 'PALISADE_TRANSFER', 'PALISADE_MANAGED', 'DEPOSIT'];

export function decide(
  limits: readonly Limit[],
  transaction: Transaction,
  history: readonly Transaction[],
  question: Question,
): 'allow' | 'abstain' {
  if (!transfers.includes(transaction.action)) return 'abstain';
  const candidates = limits.filter(isInForce).map((limit) => ({
    limit,
    matches: both([isCertain(limit), ...matchersOf(limit).map((matcher) => matchesOne(matcher, transaction))]),
    about: both([three(limit.walletId === transaction.walletId), isAbout(limit, transaction)]),
  }));
  const judged = candidates.map(({ limit, matches, about }) => {
    const stronger = candidates
      .filter((other) => sameScope(other.limit, limit) && overrides(other.limit, limit, question.evaluation))
      .map((other): Three => (other.matches === 'open' ? 'open' : three(other.matches === 'no')));
    return { applies: both([about, matches, ...stronger]), passes: passes(limit, transaction, history, question) };
  });
  if (question.evaluation === 'any') {
    return judged.some(({ applies, passes: does }) => applies === 'yes' && does === 'yes') ? 'allow' : 'abstain';
  }
  // Whatever overrides a limit that applies is a limit that applies.
  const approving = candidates.some(({ about, matches }) => both([about, matches]) === 'yes');
  return approving && judged.every(({ applies, passes: does }) => applies === 'no' || does === 'yes')
    ? 'allow'
    : 'abstain';
}

function isEnforced({ status }: Limit): boolean {
  return status === 'LIMIT_ENABLED' || status === 'LIMIT_DELETION_APPROVAL_PENDING';
}

const notEnforced = [
  ['LIMIT_CREATED', 'LIMIT_CREATION_APPROVAL_PENDING', 'LIMIT_CREATION_APPROVAL_COMPLETE', 'LIMIT_REJECTED'],
  ['LIMIT_DELETION_APPROVAL_COMPLETE', 'LIMIT_DELETED', 'LIMIT_ERROR'],
].flat();

function isInForce(limit: Limit): boolean {
  return !notEnforced.includes(limit.status) || limit.active;
}

function isCertain(limit: Limit): Three {
  return isEnforced(limit) && limit.active ? 'yes' : 'open';
}

function matchersOf({ matchers = [] }: Limit): readonly Matcher[] {
  return matchers;
}

/** Networks whose assets can be told apart here. */
const networks = ['ETHEREUM', 'BASE', 'XRP_LEDGER'];

function isAbout({ asset }: Limit, transaction: Transaction): Three {
  if (!networks.includes(asset.blockchain)) return 'open';
  if (!networks.includes(transaction.asset.blockchain)) return 'open';
  return three(keyOf(asset) === keyOf(transaction.asset));
}

function keyOf({ blockchain, contract, standard, symbol }: Asset): string {
  if (standard === 'ISSUED_CURRENCY') return `${blockchain} ${symbol} ${contract ?? ''}`;
  return `${blockchain} ${(contract ?? '').toLowerCase()}`;
}

function sameScope(a: Limit, b: Limit): boolean {
  return a.walletId === b.walletId && keyOf(a.asset) === keyOf(b.asset);
}

/** The override order of the SDK, or whether there is any matcher at all. */
const order = [
  ['USER', 'API_CREDENTIAL'],
  ['COUNTERPARTY'],
  ['TRANSACTION_TYPE'],
  ['SIGN_FOR'],
  ['COUNTERPARTY_ID'],
  ['ADDRESS_ID'],
  ['WALLET_ID'],
];

function overrides(other: Limit, limit: Limit, evaluation: Question['evaluation']): boolean {
  const count = matchersOf(limit).length;
  if (evaluation === 'specific') return count === 0 && matchersOf(other).length > 0;
  if (evaluation !== 'override') return false;
  const rank = (of: Limit) => {
    const found = order.findIndex((types) => matchersOf(of).some(({ type }) => types.includes(type)));
    return found < 0 ? null : found;
  };
  const theirs = rank(other);
  if (theirs === null) return false;
  const mine = count === 0 ? order.length : rank(limit);
  return mine !== null && theirs < mine;
}

function valuesOf({ value = '', values = [] }: Matcher): readonly string[] {
  return [...value.split(',').filter((part) => part !== ''), ...values];
}

const types = [
  'DEPOSIT',
  'WITHDRAWAL',
  'WEB3_RAW',
  'WEB3_SIGN',
  'PASSKEY_RAW',
  'PASSKEY_SIGN',
  'PALISADE_TRANSFER',
  'PALISADE_RAW',
  'PALISADE_MANAGED',
  'PALISADE_SIGN_PLAINTEXT',
  'PALISADE_SWEEP',
];

function matchesOne(
  matcher: Matcher,
  { action, createdBy, destination, destinationAddress, asset }: Transaction,
): Three {
  const values = valuesOf(matcher);
  const inAddressBook = ['COUNTERPARTY', 'ALLOW_ADDRESS'].includes(destination.type);
  switch (matcher.type) {
    case 'ALL_COUNTERPARTIES':
      return destination.type === 'ALLOW_ADDRESS' ? 'open' : three(destination.type === 'COUNTERPARTY');
    case 'TRANSACTION_TYPE':
      if (values.includes(action) && types.includes(action)) return 'yes';
      return three(false) === 'no' && values.some((value) => !types.includes(value)) ? 'open' : 'no';
    case 'USER':
    case 'API_CREDENTIAL':
      return three(values.includes(createdBy));
    case 'COUNTERPARTY':
      return three(values.some((value) => value.toLowerCase() === destinationAddress.toLowerCase()));
    case 'COUNTERPARTY_ID':
      if (!inAddressBook) return 'no';
      return destination.counterpartyId === undefined ? 'open' : three(values.includes(destination.counterpartyId));
    case 'ADDRESS_ID':
      if (!inAddressBook) return 'no';
      return destination.id === undefined ? 'open' : three(values.includes(destination.id));
    case 'WALLET_ID':
      if (destination.type !== 'WALLET') return 'no';
      return destination.id === undefined ? 'open' : three(values.includes(destination.id));
    case 'CHAIN_ID':
      // Documented for raw signing only: another chain is not meant, and about this one nobody knows.
      return asset.blockchain === 'ETHEREUM' && values.includes('1')
        ? 'open'
        : asset.blockchain === 'BASE' && values.includes('8453')
          ? 'open'
          : 'no';
    default:
      // SIGN_FOR: a transaction does not say whom it is signed for. And words that nobody knows.
      return 'open';
  }
}

function passes(limit: Limit, transaction: Transaction, history: readonly Transaction[], question: Question): Three {
  const { limitType, limitQty, duration = '0s', asset } = limit;
  if (!networks.includes(asset.blockchain)) return 'open';
  if (limitQty.startsWith('-') || !['PER_TX', 'ROLLING_DURATION', 'CONSTANT'].includes(limitType)) return 'open';
  const [, digits] = /^([0-9]+)s$/.exec(duration) ?? [];
  if (digits === undefined || (limitType !== 'ROLLING_DURATION' && Number(digits) !== 0)) return 'open';
  const most = units(limitQty, asset.decimals);
  if (most === 0n) return 'no';
  const own = units(transaction.qty, asset.decimals);
  if (limitType === 'PER_TX') return three(own <= most);
  const from = limitType === 'CONSTANT' ? -Infinity : question.now - Number(digits) * 1000;
  const matchers = matchersOf(limit);
  const isTold = (matcher: Matcher) => question.history === 'whole' || tells(matcher);
  const spent = history
    .filter(
      (past) =>
        past.walletId === limit.walletId && keyOf(past.asset) === keyOf(asset) && Date.parse(past.createdAt) > from,
    )
    .filter((past) => matchers.filter(isTold).every((matcher) => matchesOne(matcher, past) === 'yes'))
    .reduce((sum, past) => sum + units(past.qty, asset.decimals), 0n);
  if (spent + own <= most) return 'yes';
  return matchers.every(isTold) ? 'no' : 'open';
}

function tells(matcher: Matcher): boolean {
  if (matcher.type === 'TRANSACTION_TYPE') return valuesOf(matcher).every((value) => types.includes(value));
  return ['USER', 'API_CREDENTIAL', 'COUNTERPARTY', 'COUNTERPARTY_ID'].includes(matcher.type);
}

function units(quantity: string, decimals: number): bigint {
  const [whole = '0', fraction = ''] = quantity.split('.');
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

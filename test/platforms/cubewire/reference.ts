// Cubewire's policies read literally, from its own JSON and with nothing of ours: what the product is compared with.
// Where the documentation leaves something open it is unknown, and only what holds either way is allowed.

/** As an approval request tells of it, with what a connector adds: the contract, its decimals and a quote. */
export type Transaction = {
  readonly type: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Base units. */
  readonly value: string | null;
  readonly asset: string;
  readonly contract: string | null;
  readonly decimals: number;
  readonly chainId: number;
  readonly quote: { readonly perToken: string; readonly currency: string } | null;
};

export type Condition = { field: string; operator: string; value: unknown; unit?: string | undefined };

export type Policy = {
  id: string;
  logicalId: string;
  version: number;
  isLatest: boolean;
  name: string;
  type: string;
  status: string;
  enforcementMode: string;
  conditionLogic: string;
  priority: number;
  deletedAt: string | null;
  conditions: Condition[];
  actions: { type: string; approverListId?: string; requiredApprovers?: number; notificationTarget?: string }[];
};

export type NamedList = { id: string; name: string; type: string; status: string; items: string[] };

/** What nobody can read from the policies. */
export type Knowledge = {
  readonly lists: readonly NamedList[];
  /** What a symbol stands for, per chain: a contract, or null for the chain's coin. */
  readonly symbols: Readonly<Record<string, readonly { chainId: number; contract: string | null; decimals: number }[]>>;
  readonly nonStrict: 'continue' | 'stop';
  /** Is a text an address? Given, because checking one takes a hash function. */
  readonly isAddress: (text: string) => boolean;
};

type Three = 'yes' | 'no' | 'open';

function both(answers: readonly Three[]): Three {
  if (answers.includes('no')) return 'no';
  return answers.includes('open') ? 'open' : 'yes';
}

function either(answers: readonly Three[]): Three {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('open') ? 'open' : 'no';
}

function opposite(answer: Three): Three {
  if (answer === 'open') return 'open';
  return answer === 'yes' ? 'no' : 'yes';
}

function three(is: boolean): Three {
  return is ? 'yes' : 'no';
}

/** Every order of policies with one priority, and every way in which what is open may turn out, has to allow it. */
export function decide(policies: readonly Policy[], transaction: Transaction, known: Knowledge): 'allow' | 'abstain' {
  const candidates = inForce(policies)
    .map(({ policy, certain }) => {
      const applies = matches(policy, transaction, known);
      const modes = ['STRICT', 'ADVISORY', 'LOG_ONLY', 'AUDIT_ONLY'];
      const sure = certain && modes.includes(policy.enforcementMode);
      return { policy, applies: sure || applies === 'no' ? applies : ('open' as const) };
    })
    .filter(({ policy, applies }) => applies !== 'no' && counts(policy, known));
  const priorities = [...new Set(candidates.map(({ policy }) => policy.priority))].toSorted((a, b) => a - b);
  for (const priority of priorities) {
    const level = candidates.filter(({ policy }) => policy.priority === priority);
    if (level.some(({ policy }) => !allows(policy))) return 'abstain';
    if (level.some(({ applies }) => applies === 'yes')) return 'allow';
  }
  return 'abstain';
}

function counts({ enforcementMode }: Policy, { nonStrict }: Knowledge): boolean {
  return !['ADVISORY', 'LOG_ONLY', 'AUDIT_ONLY'].includes(enforcementMode) || nonStrict === 'stop';
}

/** Of several actions the one that stops it wins; only a strict policy allows anything. */
function allows({ actions, enforcementMode }: Policy): boolean {
  if (['ADVISORY', 'LOG_ONLY', 'AUDIT_ONLY'].includes(enforcementMode)) return false;
  return (
    actions.every(({ type }) => type === 'ALLOW' || type === 'NOTIFY') && actions.some(({ type }) => type === 'ALLOW')
  );
}

function inForce(policies: readonly Policy[]): { policy: Policy; certain: boolean }[] {
  return [...new Set(policies.map(({ logicalId }) => logicalId))].flatMap((logicalId) => {
    const versions = policies.filter((policy) => policy.logicalId === logicalId);
    const latest = versions.reduce((a, b) => (b.version > a.version ? b : a));
    const live = versions.filter(({ status, deletedAt }) => {
      return deletedAt === null && !['DRAFT', 'PENDING_APPROVAL', 'INACTIVE', 'ARCHIVED'].includes(status);
    });
    if (live.length === 0) return [];
    const policy = live.reduce((a, b) => (b.version > a.version ? b : a));
    const replaced = latest.deletedAt !== null || !['DRAFT', 'PENDING_APPROVAL'].includes(latest.status);
    const certain = policy.status === 'ACTIVE' && (policy === latest ? policy.isLatest : !replaced);
    return [{ policy, certain }];
  });
}

function matches(policy: Policy, transaction: Transaction, known: Knowledge): Three {
  const ofType = typeMatches(policy.type, transaction.type);
  const answers = policy.conditions.map((condition) => holds(condition, transaction, known));
  if (policy.conditionLogic === 'ALL') return both([ofType, ...answers]);
  if (policy.conditionLogic === 'ANY') return both([ofType, either(answers)]);
  return both([ofType, 'open']);
}

const types = [
  'TRANSFER',
  'CONTRACT_WRITE',
  'CONTRACT_READ',
  'CONTRACT_DEPLOY',
  'MINT',
  'BURN',
  'RAW_SIGNING',
  'TYPED_MESSAGE',
];

function typeMatches(type: string, actual: string): Three {
  if (type === 'CONTRACT_CALL' && ['CONTRACT_WRITE', 'CONTRACT_READ'].includes(actual)) return 'open';
  if (!types.includes(type) && type !== 'CONTRACT_CALL') return 'open';
  return three(type === actual);
}

function holds(condition: Condition, transaction: Transaction, known: Knowledge): Three {
  const { field, unit } = condition;
  if (unit !== undefined && field !== 'transaction.amount') return 'open';
  if (field === 'transaction.amount') return amountHolds(condition, transaction, known);
  if (field === 'transaction.recipient') return addressHolds(condition, transaction.to, known);
  if (field === 'transaction.sender') return addressHolds(condition, transaction.from, known);
  if (field === 'transaction.asset') return assetHolds(condition, transaction, known);
  return 'open';
}

function assetHolds({ operator, value }: Condition, { chainId, contract }: Transaction, { symbols }: Knowledge): Three {
  const several = Array.isArray(value);
  const wanted: unknown[] = several ? value : [value];
  if (several ? !['IN', 'NOT_IN'].includes(operator) : !['EQUALS', 'NOT_EQUALS'].includes(operator)) return 'open';
  const answer = either(
    wanted.map((symbol): Three => {
      const meant = symbols[String(symbol)];
      if (meant === undefined) return 'open';
      return three(meant.some((one) => one.chainId === chainId && lower(one.contract) === lower(contract)));
    }),
  );
  return operator.startsWith('NOT') ? opposite(answer) : answer;
}

function lower(text: string | null): string | null {
  return text === null ? null : text.toLowerCase();
}

function addressHolds({ operator, value }: Condition, actual: string | null, known: Knowledge): Three {
  let entries: readonly string[];
  if (operator === 'IN_LIST' || operator === 'NOT_IN_LIST') {
    const found = known.lists.filter(({ id, name }) => id === value || name === value);
    const [list] = found;
    if (list === undefined || found.length > 1 || list.status !== 'ACTIVE' || list.type !== 'ADDRESS') return 'open';
    entries = list.items;
  } else if (Array.isArray(value) && (operator === 'IN' || operator === 'NOT_IN')) {
    entries = value.map(String);
  } else if (typeof value === 'string' && (operator === 'EQUALS' || operator === 'NOT_EQUALS')) {
    entries = [value];
  } else return 'open';
  const answer = listed(entries, actual, known);
  return operator.startsWith('NOT') ? opposite(answer) : answer;
}

/** Whatever is no address may still be meant by somebody, so that its absence proves nothing. */
function listed(entries: readonly string[], actual: string | null, { isAddress }: Knowledge): Three {
  const addresses = entries.filter(isAddress);
  if (actual === null || !isAddress(actual)) return entries.length === 0 ? 'no' : 'open';
  if (addresses.some((entry) => entry.toLowerCase() === actual.toLowerCase())) return 'yes';
  return addresses.length === entries.length ? 'no' : 'open';
}

function amountHolds({ operator, value, unit }: Condition, transaction: Transaction, known: Knowledge): Three {
  const wanted = (Array.isArray(value) ? value : [value]).map(String);
  const operators = [
    'GREATER_THAN',
    'GREATER_THAN_OR_EQUAL',
    'LESS_THAN',
    'LESS_THAN_OR_EQUAL',
    'EQUALS',
    'NOT_EQUALS',
  ];
  const isOne = !Array.isArray(value) && operators.includes(operator);
  const isSeveral = Array.isArray(value) && ['BETWEEN', 'IN', 'NOT_IN'].includes(operator);
  if (!isOne && !isSeveral) return 'open';
  const orders = wanted.map((decimal) => order(transaction, decimal, unit, known));
  if (operator === 'BETWEEN') {
    const [low, high] = orders;
    if (low === undefined || high === undefined || low === 'open' || high === 'open') return 'open';
    if (low > 0 && high < 0) return 'yes';
    return low === 0 || high === 0 ? 'open' : 'no';
  }
  const answers = orders.map((found): Three => (found === 'open' ? 'open' : three(compared(found, operator))));
  if (operator === 'IN') return either(answers);
  return operator === 'NOT_IN' ? opposite(either(answers)) : (answers[0] ?? 'open');
}

function compared(found: number, operator: string): boolean {
  if (operator === 'GREATER_THAN') return found > 0;
  if (operator === 'GREATER_THAN_OR_EQUAL') return found >= 0;
  if (operator === 'LESS_THAN') return found < 0;
  if (operator === 'LESS_THAN_OR_EQUAL') return found <= 0;
  if (operator === 'NOT_EQUALS') return found !== 0;
  return found === 0;
}

/** How the amount that moves stands against a decimal in a unit. */
function order(
  transaction: Transaction,
  decimal: string,
  unit: string | undefined,
  { symbols }: Knowledge,
): number | 'open' {
  const { value, chainId, contract, decimals, quote, type } = transaction;
  if (value === null) return 'open';
  if (!/[1-9]/.test(decimal)) return BigInt(value) > 0n ? 1 : 0;
  if (unit === 'wei') return contract === null ? compare(value, 0, decimal) : 'open';
  if (unit === 'USD' || unit === 'EUR') {
    if (quote === null || quote.currency !== unit || type !== 'TRANSFER') return 'open';
    const [whole = '', fraction = ''] = quote.perToken.split('.');
    return compare((BigInt(value) * BigInt(whole + fraction)).toString(), decimals + fraction.length, decimal);
  }
  const meant = unit === undefined ? undefined : symbols[unit];
  const own = meant?.find((one) => one.chainId === chainId && lower(one.contract) === lower(contract));
  return own === undefined ? 'open' : compare(value, own.decimals, decimal);
}

/** A whole number of units with so many decimals against a decimal text: negative, zero or positive. */
function compare(units: string, decimals: number, decimal: string): number {
  const [whole = '0', fraction = ''] = decimal.split('.');
  const left = BigInt(units) * 10n ** BigInt(fraction.length);
  const right = BigInt(whole + fraction) * 10n ** BigInt(decimals);
  if (left === right) return 0;
  return left > right ? 1 : -1;
}

// A request as Privy sees it, told as our own observation: what a connector would make of it.
import type { Activity, ActivityKind, Asset } from '../../../src/domain/activity.ts';
import { noRequest } from '../../../src/domain/activity.ts';
import type { Observation } from '../../../src/domain/rulebook.ts';
import { isCounted, questionKey, type Payment, type SpendQuestion, type SpendSum } from '../../../src/domain/spend.ts';
import { anActivity, anApproval } from '../../builders.ts';
import type { PrivyPast, PrivyRequest } from './reference-form.ts';

const networks: Readonly<Record<string, string>> = { '1': 'Ethereum', '8453': 'Base', '10': 'Optimism' };
const usual: Readonly<Record<string, string | null>> = {
  ethereum: 'Ethereum',
  solana: 'Solana',
  tron: 'Tron',
  xrpl: 'XrpLedger',
  sui: null,
};

const coin: Asset = { standard: 'Native', reference: null, symbol: 'ETH', decimals: 18, verified: null };

export function observe(
  request: PrivyRequest,
  past: readonly PrivyPast[],
  questions: readonly SpendQuestion[],
): Observation {
  const activity = activityOf(request);
  const payments = past.map(paymentOf);
  const sums = questions.map((question) => [questionKey(question), sumOf(question, payments, activity, request)]);
  return {
    connection: 'treasury',
    approval: anApproval({ platform: 'privy', activity }),
    at: request.unix_seconds * 1000,
    spent: Object.fromEntries(sums),
    demoted: [],
  };
}

function activityOf(request: PrivyRequest): Activity {
  const { transaction, typed_data: typed } = request;
  const isPayment = transaction !== null && transaction.data === '0x' && transaction.to !== null;
  const chain = transaction?.chain_id ?? null;
  return anActivity({
    kind: kindOf(request),
    platformKind: request.method,
    network: (chain === null ? undefined : networks[BigInt(chain).toString()]) ?? usual[request.chain_type] ?? null,
    destinations:
      isPayment && transaction.to !== null ? [{ address: transaction.to, amountBase: transaction.value }] : [],
    asset: isPayment ? coin : null,
    amountBase: isPayment ? transaction.value : null,
    price: null,
    request: {
      ...noRequest,
      method: request.method,
      call:
        transaction === null
          ? null
          : { chainId: transaction.chain_id, to: transaction.to, valueBase: transaction.value, data: transaction.data },
      typedData:
        typed === null
          ? null
          : JSON.stringify({
              types: typed.types,
              primaryType: typed.primary_type,
              domain: typed.domain,
              message: typed.message,
            }),
      message: request.message,
      fields: fieldsOf(request),
    },
  });
}

function kindOf({ method, transaction }: PrivyRequest): ActivityKind {
  if (method.startsWith('export')) return 'key-export';
  if (method.includes('TypedData')) return 'typed-data';
  if (method === 'personal_sign' || method === 'signMessage') return 'message-signature';
  return transaction !== null && transaction.data !== '0x' ? 'contract-call' : 'transfer';
}

/** One value per instruction that has the field, and none where no instruction has it. */
function fieldsOf({ instructions, fields }: PrivyRequest): Readonly<Record<string, readonly string[]>> {
  const names = new Set(instructions.flatMap((one) => Object.keys(one)));
  const perPart = [...names].map((name) => [name, instructions.flatMap((one) => one[name] ?? [])]);
  return { ...Object.fromEntries(perPart), ...fields };
}

function paymentOf(past: PrivyPast, at: number): Payment {
  const network = networks[past.chain_id] ?? 'none';
  return {
    connection: 'treasury',
    reference: String(at),
    dimensions: {
      wallet: [],
      network: [network],
      asset: [`${network}/native`],
      recipient: [past.to.toLowerCase()],
      initiator: [],
      credential: [],
      counterparty: [],
      activity: ['transfer'],
      'transaction-type': [],
      method: ['eth_signTransaction'],
    },
    amountBase: past.value,
    fiat: null,
    at: past.unix_seconds * 1000,
  };
}

function sumOf(
  { counter, window }: SpendQuestion,
  payments: readonly Payment[],
  activity: Activity,
  request: PrivyRequest,
): SpendSum {
  const values = {
    asset: `${activity.network}/native`,
    recipient: activity.destinations[0]?.address.toLowerCase() ?? 'none',
  };
  const after = window.kind === 'rolling' ? (request.unix_seconds - window.seconds) * 1000 : 0;
  const counted = payments.filter((one) => one.at > after && isCounted(counter, values, one.dimensions));
  return {
    count: counted.length,
    base: counted.reduce((sum, one) => sum + BigInt(one.amountBase ?? '0'), 0n).toString(),
    withoutAmount: 0,
    fiat: '0',
    withoutPrice: 0,
  };
}

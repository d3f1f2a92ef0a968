// Fields that the platform decodes (Solana, Tron, XRPL, Sui, Tempo, 7702, wallet actions): by name, and how each is compared.
import type { ValueType } from '../../chains/values.ts';
import type { DraftCondition } from '../../domain/rulebook-draft.ts';
import type { Condition } from './policies-document.ts';
import { calldataType, unknownField } from './policies-evm.ts';
import { asCondition, compare, unsupportedCondition, type Gathering, type Where } from './policies-values.ts';

type Source = {
  /** By the documented name of the field. */
  readonly fields: Readonly<Record<string, ValueType>>;
  /** A field that every part of the transaction has: a part without the one that is asked for does not hold. */
  readonly parts?: string;
  /** Numbers there may have a fraction. */
  readonly fractions?: boolean;
  readonly operators?: readonly string[];
};

const number = 'number';
const text = 'text';

function named(prefix: string, as: Readonly<Record<string, ValueType>>): Readonly<Record<string, ValueType>> {
  return Object.fromEntries(Object.entries(as).map(([name, type]) => [`${prefix}.${name}`, type]));
}

const solana = 'solana-address';
const xrpl = 'xrpl-address';

/** Every instruction of a Solana transaction is judged by itself: https://docs.privy.io/controls/policies/overview */
const instructions = 'solana_program_instruction.programId';

/** XRPL amounts are drops, or a value in a currency of an issuer: https://xrpl.org/docs/references/protocol/data-types/currency-formats */
const xrplAmount = { drops: number, value: number, currency: text, issuer: xrpl } as const;

const sources: Readonly<Record<string, Source>> = {
  ethereum_7702_authorization: { fields: { contract: 'evm-address' } },
  tempo_transaction: {
    fields: {
      fee_token: 'evm-address',
      fee_payer_signature: 'boolean',
      nonce_key: number,
      valid_before: number,
      valid_after: number,
      aa_authorization_list: 'boolean',
      access_list: 'boolean',
    },
  },
  solana_program_instruction: { fields: { programId: solana } },
  solana_system_program_instruction: {
    fields: {
      instructionName: text,
      ...named('Transfer', { from: solana, to: solana, lamports: number }),
    },
    parts: instructions,
  },
  solana_token_program_instruction: {
    fields: {
      instructionName: text,
      ...named('Transfer', { source: solana, destination: solana, authority: solana, amount: number }),
      ...named('TransferChecked', {
        source: solana,
        destination: solana,
        authority: solana,
        amount: number,
        mint: solana,
      }),
      ...named('Burn', { account: solana, mint: solana, authority: solana, amount: number }),
      ...named('MintTo', { mint: solana, account: solana, authority: solana, amount: number }),
      ...named('CloseAccount', { account: solana, destination: solana, authority: solana }),
      ...named('InitializeAccount3', { account: solana, mint: solana, owner: solana, authority: solana }),
    },
    parts: instructions,
  },
  tron_transaction: {
    fields: {
      ...named('TransferContract', { to_address: 'tron-address', amount: number }),
      ...named('TriggerSmartContract', {
        contract_address: 'tron-address',
        call_value: number,
        token_id: number,
        call_token_value: number,
      }),
    },
  },
  xrpl_transaction: {
    fields: {
      TransactionType: text,
      ...named('Payment', { Destination: xrpl, DestinationTag: number }),
      ...named('Payment.Amount', xrplAmount),
      ...named('Payment.SendMax', xrplAmount),
      ...named('Payment.DeliverMin', xrplAmount),
      ...named('OfferCreate.TakerPays', xrplAmount),
      ...named('OfferCreate.TakerGets', xrplAmount),
      ...named('OfferCreate', { Expiration: number }),
      ...named('TrustSet.LimitAmount', { value: number, currency: text, issuer: xrpl }),
      ...named('TrustSet', { QualityIn: number, QualityOut: number }),
    },
    fractions: true,
  },
  sui_transaction_command: { fields: { commandName: text }, operators: ['eq', 'in'] },
  sui_transfer_objects_command: { fields: { recipient: text, amount: number } },
};

export function isFieldSource(source: string): boolean {
  return Object.hasOwn(sources, source);
}

export function fieldCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const source = Object.hasOwn(sources, given.field_source) ? sources[given.field_source] : undefined;
  const as = source !== undefined && Object.hasOwn(source.fields, given.field) ? source.fields[given.field] : undefined;
  if (source === undefined || as === undefined) return unknownField(given, where, gathering);
  if (source.operators?.includes(given.operator) === false) {
    const what = `the operator "${given.operator.slice(0, 40)}" on ${given.field_source}`;
    return unsupportedCondition(what, where, gathering);
  }
  const compared = compare(given, { as, whole: source.fractions !== true }, gathering);
  const parts = source.parts === undefined ? {} : { parts: source.parts };
  return asCondition(compared, (settings) => fieldOf(given, as, { ...parts, ...settings }), where, gathering);
}

export function tronCalldataCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const type = calldataType(given, where, gathering);
  if (type === null) return unknownField(given, where, gathering);
  const as = type === 'evm-address' ? 'tron-address' : type;
  const compared = compare(given, { as, whole: true }, gathering);
  return asCondition(compared, (settings) => fieldOf(given, as, settings), where, gathering);
}

/**
 * The body of a wallet action is compared letter by letter, and its amounts are decimals in whole tokens:
 * https://docs.privy.io/wallets/actions/transfer/policies
 */
export function bodyCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const as = ['gt', 'gte', 'lt', 'lte'].includes(given.operator) ? number : text;
  const compared = compare(given, { as, whole: false }, gathering);
  return asCondition(compared, (settings) => fieldOf(given, as, settings), where, gathering);
}

export function systemCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  if (given.field !== 'current_unix_timestamp') return unknownField(given, where, gathering);
  const compared = compare(given, { as: number, whole: true }, gathering);
  return asCondition(compared, timeCondition, where, gathering);
}

function timeCondition(settings: Readonly<Record<string, unknown>>): DraftCondition {
  return { kind: 'field', name: 'time.unixSeconds', ...settings };
}

export function signedMessageCondition(given: Condition, where: Where, gathering: Gathering): DraftCondition {
  const as = given.field === 'content' ? text : given.field === 'byte_length' ? number : null;
  if (as === null) return unknownField(given, where, gathering);
  const key = as === text ? 'content' : 'byteLength';
  const compared = compare(given, { as, whole: true }, gathering);
  return asCondition(compared, (settings) => ({ kind: 'message', [key]: settings }), where, gathering);
}

function fieldOf(given: Condition, as: ValueType, settings: Readonly<Record<string, unknown>>): DraftCondition {
  const name = `${given.field_source}.${given.field}`;
  return { kind: 'field', name, ...(as === text ? {} : { as }), ...settings };
}

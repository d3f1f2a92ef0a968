// What somebody asks the platform to do: every kind of activity in the shape that the API gives it.
import { addresses, tokens } from '../company.ts';
import { transferCall, unlimitedApproveCall, unsignedTransaction } from './ethereum.ts';
import { newId } from './ids.ts';
import { copyObject } from './json.ts';
import type { JsonObject } from './json.ts';
import type { Policy } from './ledger.ts';

/** What every request says about itself. */
export interface Asking {
  requester: { userId: string; tokenId: string };
  at: string;
}

export interface TransferOrder {
  walletId: string;
  network: string;
  asset: keyof typeof tokens;
  amountBase: string;
  to: string;
  /** null: the platform knows no price. */
  priceUsd: number | null;
  verified: boolean;
  externalId?: string | undefined;
  memo?: string | undefined;
}

export function transferActivity(asking: Asking, order: TransferOrder): JsonObject {
  const token = tokens[order.asset];
  const externalId = order.externalId === undefined ? {} : { externalId: order.externalId };
  return copyObject({
    kind: 'Wallets:Sign',
    transferRequest: {
      id: newId('xfr'),
      walletId: order.walletId,
      network: order.network,
      requester: asking.requester,
      requestBody: {
        ...(token.contract === undefined
          ? { kind: 'Native' }
          : { kind: 'Erc20', contract: token.contract.toLowerCase() }),
        to: order.to,
        amount: order.amountBase,
        ...(order.memo === undefined ? {} : { memo: order.memo }),
        ...externalId,
      },
      metadata: {
        asset: {
          symbol: token.symbol,
          decimals: token.decimals,
          verified: order.verified,
          ...(order.priceUsd === null ? {} : { quotes: { USD: order.priceUsd } }),
        },
      },
      status: 'Pending',
      dateRequested: asking.at,
      ...externalId,
    },
  });
}

interface FromWallet {
  walletId: string;
  network: string;
  externalId?: string | undefined;
}

function transactionActivity(asking: Asking, from: FromWallet, requestBody: JsonObject): JsonObject {
  const externalId = from.externalId === undefined ? {} : { externalId: from.externalId };
  return copyObject({
    kind: 'Wallets:Sign',
    transactionRequest: {
      id: newId('tx'),
      walletId: from.walletId,
      network: from.network,
      requester: asking.requester,
      requestBody: { ...requestBody, ...externalId },
      status: 'Pending',
      dateRequested: asking.at,
      ...externalId,
    },
  });
}

/** Lets a contract take everything: `approve(spender, 2^256-1)` on USDC. */
export const unlimitedApproveActivity = (asking: Asking, from: FromWallet): JsonObject =>
  transactionActivity(asking, from, {
    kind: 'Evm',
    to: tokens.USDC.contract.toLowerCase(),
    value: '0',
    data: unlimitedApproveCall(addresses.router),
  });

/** A USDC transfer as the bytes of an unsigned transaction. */
export const rawTransferActivity = (
  asking: Asking,
  from: FromWallet,
  order: { to: string; amountBase: string },
): JsonObject =>
  transactionActivity(asking, from, {
    kind: 'Transaction',
    transaction: unsignedTransaction({
      nonce: 21n,
      to: tokens.USDC.contract,
      data: transferCall(order.to, BigInt(order.amountBase)),
    }),
  });

function signatureActivity(
  asking: Asking,
  from: { keyId: string; network: string; externalId?: string | undefined },
  requestBody: JsonObject,
): JsonObject {
  return copyObject({
    kind: 'Wallets:Sign',
    signatureRequest: {
      id: newId('sig'),
      keyId: from.keyId,
      requester: asking.requester,
      requestBody: { ...requestBody, network: from.network },
      status: 'Pending',
      network: from.network,
      dateRequested: asking.at,
      ...(from.externalId === undefined ? {} : { externalId: from.externalId }),
    },
  });
}

/** 32 bytes that say nothing about what they allow. */
export const hashSignatureActivity = (
  asking: Asking,
  from: { keyId: string; network: string; externalId?: string | undefined },
): JsonObject =>
  signatureActivity(asking, from, {
    kind: 'Hash',
    hash: '0x6d229884c1268bb0ab32d8da315d0fe52f9147228bd830a37bc9fb28a954940d',
  });

/** An EIP-2612 permit: a signature that moves money without a transaction of one's own. */
export const permitSignatureActivity = (
  asking: Asking,
  from: { keyId: string; network: string; owner: string; externalId?: string | undefined },
): JsonObject =>
  signatureActivity(asking, from, {
    kind: 'Eip712',
    types: {
      Permit: [
        { name: 'owner', type: 'address' },
        { name: 'spender', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'nonce', type: 'uint256' },
        { name: 'deadline', type: 'uint256' },
      ],
    },
    domain: { name: 'USD Coin', version: '2', chainId: 1, verifyingContract: tokens.USDC.contract.toLowerCase() },
    message: {
      owner: from.owner,
      spender: addresses.router,
      value: (2n ** 256n - 1n).toString(),
      nonce: '0',
      deadline: '4102444800',
    },
  });

/** A policy replaced as a whole by another version of itself. */
export const policyChangeActivity = (asking: Asking, body: Policy): JsonObject =>
  copyObject({
    kind: 'Policies:Modify',
    changeRequest: {
      id: newId('cr'),
      requester: asking.requester,
      status: 'Pending',
      entityId: body.id,
      dateCreated: asking.at,
      kind: 'Policy',
      operationKind: 'Update',
      body,
    },
  });

export function permissionAssignActivity(
  asking: Asking,
  change: { permissionId: string; identityId: string },
): JsonObject {
  const assignmentId = newId('as');
  return copyObject({
    kind: 'Permissions:Assign',
    changeRequest: {
      id: newId('cr'),
      requester: asking.requester,
      status: 'Pending',
      entityId: assignmentId,
      dateCreated: asking.at,
      kind: 'Assignment',
      operationKind: 'Create',
      body: { id: assignmentId, ...change, isImmutable: false },
    },
  });
}

/** A kind that is newer than the client: nothing in it is promised. */
export const unknownActivity = (asking: Asking): JsonObject =>
  copyObject({
    kind: 'Vaults:ReleaseQuarantine',
    releaseRequest: {
      id: newId('rel'),
      vaultId: newId('va'),
      requester: asking.requester,
      status: 'Pending',
      dateRequested: asking.at,
      funds: [{ asset: 'USDC', amount: '120000000', quarantinedSince: asking.at }],
    },
  });

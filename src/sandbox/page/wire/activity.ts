// Says in one line what an approval on the platform is about, and how its content could be changed under way.
import { z } from 'zod';
import type { Ledger } from '../../custody/ledger.ts';

export type Approval = Ledger['approvals'][number]['approval'];

const bodySchema = z.looseObject({
  kind: z.string().optional(),
  to: z.string().optional(),
  amount: z.string().optional(),
  memo: z.string().optional(),
});
const requestSchema = z.looseObject({
  walletId: z.string().optional(),
  network: z.string().optional(),
  requestBody: bodySchema.optional(),
  metadata: z
    .looseObject({
      asset: z.looseObject({ symbol: z.string().optional(), decimals: z.number().optional() }).optional(),
    })
    .optional(),
});
const activitySchema = z.looseObject({
  kind: z.string(),
  transferRequest: requestSchema.optional(),
  transactionRequest: requestSchema.optional(),
  signatureRequest: requestSchema.optional(),
  changeRequest: z.looseObject({ operationKind: z.string().optional() }).optional(),
});

export function describeActivity(approval: Approval, wallets: Readonly<Record<string, string>>): string {
  const parsed = activitySchema.safeParse(approval.activity);
  if (!parsed.success) return `${approval.activity.kind}, not readable`;
  const { kind, transferRequest, transactionRequest, signatureRequest, changeRequest } = parsed.data;
  const from = (request: z.infer<typeof requestSchema>) => {
    const wallet = wallets[request.walletId ?? ''] ?? request.walletId;
    return wallet ? ` from ${wallet}` : '';
  };
  if (transferRequest)
    return `${describeAmount(transferRequest)}${from(transferRequest)}${describeTarget(transferRequest)}`;
  if (transactionRequest)
    return `${transactionRequest.requestBody?.kind ?? 'Raw'} transaction${from(transactionRequest)}`;
  if (signatureRequest) return `${signatureRequest.requestBody?.kind ?? 'A'} signature${from(signatureRequest)}`;
  return changeRequest ? `${kind} (${changeRequest.operationKind ?? 'change'})` : kind;
}

function describeAmount(request: z.infer<typeof requestSchema>): string {
  const { amount } = request.requestBody ?? {};
  const { symbol, decimals } = request.metadata?.asset ?? {};
  if (amount === undefined || !/^\d+$/.test(amount)) return request.requestBody?.kind ?? 'A transfer';
  if (decimals === undefined) return `${amount} base units`;
  const digits = amount.padStart(decimals + 1, '0');
  const whole = BigInt(digits.slice(0, digits.length - decimals)).toLocaleString('en-US');
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return `${whole}${fraction ? `.${fraction}` : ''} ${symbol ?? 'units'}`;
}

function describeTarget(request: z.infer<typeof requestSchema>): string {
  const to = request.requestBody?.to;
  return to ? ` to ${shorten(to)}` : '';
}

function shorten(id: string): string {
  return id.length > 16 ? `${id.slice(0, 6)}…${id.slice(-4)}` : id;
}

/** Ten per cent more: enough to make every vote so far worthless. Only a plain transfer has an amount to change. */
export function changedAmount(approval: Approval): { path: string; value: string } | undefined {
  const parsed = activitySchema.safeParse(approval.activity);
  const amount = parsed.success ? parsed.data.transferRequest?.requestBody?.amount : undefined;
  if (amount === undefined || !/^\d+$/.test(amount)) return undefined;
  return { path: 'activity.transferRequest.requestBody.amount', value: String((BigInt(amount) * 11n) / 10n) };
}

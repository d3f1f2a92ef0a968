// The webhook of the benchmark: 823 bytes in the form of Dfns, each with ids of its own, each signed.
import { createHmac } from 'node:crypto';

export const secret = 'whs-BENCH0000000000000000000000000';

const bodyBytes = 823;

export type Webhook = { readonly approvalId: string; readonly body: string; readonly signature: string };

export function createWebhooks(nonce: string): () => Webhook {
  let serial = 0;
  return () => {
    serial += 1;
    const id = `${nonce}-${String(serial).padStart(9, '0')}`;
    const body = bodyOf(id);
    return { approvalId: `ap-${id}`, body, signature: createHmac('sha256', secret).update(body).digest('hex') };
  };
}

function bodyOf(id: string): string {
  const event = {
    id: `whe-${id}`,
    date: '2026-11-20T12:00:00.500Z',
    kind: 'policy.approval.pending',
    data: {
      approval: {
        id: `ap-${id}`,
        initiatorId: 'us-qfpce-cul24-8i927thi68qf76bs',
        activity: {
          kind: 'Wallets:Sign',
          transferRequest: {
            id: 'xfr-3hgbn-7qc35-43ebc2ucampal40r',
            walletId: 'wa-br4q3-gen0p-nb1n7ldimog29eu4',
            network: 'Ethereum',
            requestBody: {
              kind: 'Native',
              to: '0xb282dc7cde21717f18337a596e91ded00b79b25f',
              amount: '4250000000000000000',
            },
            status: 'Pending',
            dateRequested: '2026-11-20T12:00:00.000Z',
          },
        },
        status: 'Pending',
        decisions: [],
      },
      memo: '',
    },
    deliveryAttempt: 1,
    timestampSent: Math.floor(Date.now() / 1000),
  };
  const missing = bodyBytes - JSON.stringify(event).length;
  return JSON.stringify({ ...event, data: { ...event.data, memo: 'x'.repeat(Math.max(0, missing)) } });
}

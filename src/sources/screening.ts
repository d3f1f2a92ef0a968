// The operator's own screening service: one signed question by HTTP POST, one strict answer, anything else unavailable.
import { createHmac, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Screen } from '../checks/world.ts';
import { callOnce } from './call.ts';

const answerShape = z.strictObject({
  outcome: z.enum(['pass', 'flag', 'stop']),
  words: z.string().trim().min(1).max(300),
});

const mostBytes = 64 * 1024;

export type ScreeningSettings = { readonly url: string; readonly secret: string; readonly timeoutMs: number };

/** Signed as Standard Webhooks does it, so that any of its libraries verifies it: https://www.standardwebhooks.com */
export function createScreening({ url, secret, timeoutMs }: ScreeningSettings): Screen {
  const key = keyOf(secret);
  return async ({ connection, approval, now }) => {
    const body = JSON.stringify(questionOf(connection, approval));
    const id = `screening_${randomUUID()}`;
    const timestamp = Math.floor(now / 1000).toString();
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const called = await callOnce(url, {
      timeoutMs,
      mostBytes,
      post: {
        body,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        },
      },
    });
    if (called.kind === 'failed') return { kind: 'unavailable', reason: called.reason };
    if (called.status !== 200) return { kind: 'unavailable', reason: `it answered with status ${called.status}` };
    const answer = readAnswer(called.bytes.toString('utf8'));
    if (answer === null) return { kind: 'unavailable', reason: 'its answer has not the agreed form' };
    return { kind: 'answered', ...answer };
  };
}

/** `whsec_` and base64, or the text as it is. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}

/** What a screening service can judge by, and nothing that it need not know. */
function questionOf(connection: string, approval: Parameters<Screen>[0]['approval']) {
  const { platform, organisation, environment, id, initiator, activity } = approval;
  const { kind, platformKind, network, wallet, destinations, asset, amountBase, memo, externalId, decoded } = activity;
  return {
    version: 1,
    connection,
    approval: { platform, organisation, environment, id, initiator: initiator?.account ?? null },
    activity: { kind, platformKind, network, wallet, destinations, asset, amountBase, memo, externalId, decoded },
  };
}

function readAnswer(text: string): z.output<typeof answerShape> | null {
  try {
    const reading = answerShape.safeParse(JSON.parse(text));
    return reading.success ? reading.data : null;
  } catch {
    // Not JSON: that is the answer.
    return null;
  }
}

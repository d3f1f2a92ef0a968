// Dfns' webhooks as the command line manages them. Faults are thrown here: somebody is sitting in front of it.
import type { WebhookAdmin } from '../platform.ts';
import type { DfnsApi } from './api.ts';
import { textAt } from './document.ts';
import type { ApiResult } from './transport.ts';

export function webhookAdmin(api: DfnsApi): WebhookAdmin {
  return {
    create: async (url) => {
      const created = valueOf('create a webhook', await api.createWebhook(url));
      const [id, secret] = [textAt(created, 'id'), textAt(created, 'secret')];
      if (id === null || secret === null) throw new Error('failed to create a webhook: Dfns returned no secret');
      return { id, secret };
    },
    ping: async (id) => {
      const answer = valueOf('ping the webhook', await api.pingWebhook(id));
      return { status: textAt(answer, 'status') ?? 'unknown', error: textAt(answer, 'error') };
    },
    list: async () => valueOf('list webhooks', await api.listWebhooks()),
  };
}

function valueOf<Value>(what: string, result: ApiResult<Value>): Value {
  switch (result.kind) {
    case 'ok':
      return result.value;
    case 'status':
      throw new Error(`failed to ${what}: status ${result.status}, ${result.message}`);
    case 'malformed':
    case 'unavailable':
      throw new Error(`failed to ${what}: ${result.reason}`);
  }
}

// Wallets, what they hold, their keys, and the requests made from them.
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';
import type { JsonObject } from './json.ts';
import { listed } from './pages.ts';
import type { World } from './world.ts';

export function getWallet(world: World, walletId: string): Answer {
  return found(world, world.wallets.get(walletId), 'wallet', { walletId });
}

export function listWallets(world: World, query: URLSearchParams): Answer {
  return listOf(world, world.wallets, query);
}

export function getWalletAssets(world: World, walletId: string, query: URLSearchParams): Answer {
  const assets = world.walletAssets.get(walletId);
  if (assets === undefined) return found(world, undefined, 'wallet', { walletId });
  const { netWorth, ...rest } = assets;
  return ok(query.get('netWorth') === 'true' && netWorth !== undefined ? assets : rest);
}

export function getKey(world: World, keyId: string): Answer {
  return found(world, world.keys.get(keyId), 'key', { keyId });
}

export function listKeys(world: World, query: URLSearchParams): Answer {
  return listOf(world, world.keys, query);
}

/** A transfer or a transaction as it stands, with what happened to it after the approval. */
export function getRequest(world: World, walletId: string, requestId: string): Answer {
  const request = world.requests.get(requestId);
  return found(world, request?.['walletId'] === walletId ? request : undefined, 'request', { walletId, requestId });
}

function found(world: World, item: JsonObject | undefined, noun: string, details: JsonObject): Answer {
  return item ? ok(item) : refused(404, `${noun} not found`, { ...details, orgId: world.org.id });
}

function listOf(world: World, items: Map<string, JsonObject>, query: URLSearchParams): Answer {
  const all = [...items.values()].map((item, index) => ({ sequence: index + 1, item }));
  return listed(all, query, world.org.maxPageSize);
}

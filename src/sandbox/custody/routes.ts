// The table of the API: each route with the permission it takes, whether it must be signed, and what answers it.
import { ok, refused } from './answer.ts';
import type { Answer } from './answer.ts';
import { getApproval, listApprovals, shownOf } from './approvals.ts';
import { decide, decisionBodySchema } from './decisions.ts';
import {
  getPermission,
  getServiceAccount,
  getUser,
  listAssignments,
  listCredentials,
  listPermissions,
  listServiceAccounts,
  listUsers,
} from './identities.ts';
import type { Operation } from './ledger.ts';
import { getPolicy, listPolicies } from './policies.ts';
import { completeUserAction, initUserAction } from './user-actions.ts';
import { getKey, getRequest, getWallet, getWalletAssets, listKeys, listWallets } from './wallets.ts';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  getWebhookEvent,
  listWebhookEvents,
  listWebhooks,
  pingWebhook,
  updateWebhook,
} from './webhooks.ts';
import type { Identity, World } from './world.ts';

interface ApiCall {
  identity: Identity;
  /** The values of the path's parameters, in order. */
  path: (index: number) => string;
  query: URLSearchParams;
  body: unknown;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  pattern: string;
  operation: Operation;
  /** undefined: every known caller may. */
  permission: string | undefined;
  answer: (world: World, call: ApiCall) => Answer | Promise<Answer>;
}

const route = (line: string, operation: Operation, permission: string | undefined, answer: Route['answer']): Route => {
  const [method, pattern] = line.split(' ');
  if (pattern === undefined || (method !== 'GET' && method !== 'POST' && method !== 'PUT' && method !== 'DELETE')) {
    throw new Error(`failed to read the route ${line}`);
  }
  return { method, pattern, operation, permission, answer };
};

function decideByCall(world: World, call: ApiCall): Answer {
  const body = decisionBodySchema.safeParse(call.body);
  if (!body.success) return refused(400, 'invalid decision');
  const { value, reason } = body.data;
  const outcome = decide(world, { approvalId: call.path(0), identity: call.identity, value, reason });
  return outcome.kind === 'refused' ? outcome.answer : ok(shownOf(outcome.record));
}

const routes: Route[] = [
  route('POST /auth/action/init', 'init', undefined, (world, call) => initUserAction(world, call.identity, call.body)),
  route('POST /auth/action', 'action', undefined, (world, call) => completeUserAction(world, call.identity, call.body)),

  route('GET /v2/policy-approvals', 'list', 'Policies:Evaluations:Read', (world, call) =>
    listApprovals(world, call.query),
  ),
  route('GET /v2/policy-approvals/:id', 'get-approval', 'Policies:Evaluations:Read', (world, call) =>
    getApproval(world, call.path(0)),
  ),
  route('POST /v2/policy-approvals/:id/decisions', 'decision', 'Policies:Evaluations:Vote', decideByCall),
  route('GET /v2/policies', 'get-policy', 'Policies:Read', (world, call) => listPolicies(world, call.query)),
  route('GET /v2/policies/:id', 'get-policy', 'Policies:Read', (world, call) => getPolicy(world, call.path(0))),

  route('GET /wallets', 'wallet', 'Wallets:Read', (world, call) => listWallets(world, call.query)),
  route('GET /wallets/:id', 'wallet', 'Wallets:Read', (world, call) => getWallet(world, call.path(0))),
  route('GET /wallets/:id/assets', 'wallet', 'Wallets:Read', (world, call) =>
    getWalletAssets(world, call.path(0), call.query),
  ),
  route('GET /wallets/:id/transfers/:id', 'wallet', 'Wallets:Transfers:Read', (world, call) =>
    getRequest(world, call.path(0), call.path(1)),
  ),
  route('GET /wallets/:id/transactions/:id', 'wallet', 'Wallets:Transactions:Read', (world, call) =>
    getRequest(world, call.path(0), call.path(1)),
  ),
  route('GET /keys', 'key', 'Keys:Read', (world, call) => listKeys(world, call.query)),
  route('GET /keys/:id', 'key', 'Keys:Read', (world, call) => getKey(world, call.path(0))),

  route('POST /webhooks', 'webhook', 'Webhooks:Create', (world, call) => createWebhook(world, call.body)),
  route('GET /webhooks', 'webhook', 'Webhooks:Read', (world, call) => listWebhooks(world, call.query)),
  route('GET /webhooks/:id', 'webhook', 'Webhooks:Read', (world, call) => getWebhook(world, call.path(0))),
  route('PUT /webhooks/:id', 'webhook', 'Webhooks:Update', (world, call) =>
    updateWebhook(world, call.path(0), call.body),
  ),
  route('DELETE /webhooks/:id', 'webhook', 'Webhooks:Delete', (world, call) => deleteWebhook(world, call.path(0))),
  route('POST /webhooks/:id/ping', 'webhook', 'Webhooks:Ping', (world, call) => pingWebhook(world, call.path(0))),
  route('GET /webhooks/:id/events', 'webhook', 'Webhooks:Events:Read', (world, call) =>
    listWebhookEvents(world, call.path(0), call.query),
  ),
  route('GET /webhooks/:id/events/:id', 'webhook', 'Webhooks:Events:Read', (world, call) =>
    getWebhookEvent(world, call.path(0), call.path(1)),
  ),

  route('GET /auth/users', 'identity', 'Auth:Users:Read', (world, call) => listUsers(world, call.query)),
  route('GET /auth/users/:id', 'identity', 'Auth:Users:Read', (world, call) => getUser(world, call.path(0))),
  route('GET /auth/service-accounts', 'identity', 'Auth:ServiceAccounts:Read', (world) => listServiceAccounts(world)),
  route('GET /auth/service-accounts/:id', 'identity', 'Auth:ServiceAccounts:Read', (world, call) =>
    getServiceAccount(world, call.path(0)),
  ),
  // A caller's own credentials.
  route('GET /auth/credentials', 'identity', 'Auth:Creds:Read', (_, call) => listCredentials(call.identity)),
  route('GET /permissions', 'identity', 'Permissions:Read', (world, call) => listPermissions(world, call.query)),
  route('GET /permissions/:id', 'identity', 'Permissions:Read', (world, call) => getPermission(world, call.path(0))),
  route('GET /permissions/:id/assignments', 'identity', 'Permissions:Assignments:Read', (world, call) =>
    listAssignments(world, call.path(0)),
  ),
];

/** Everything but a read and the signing itself is signed. */
export const mustBeSigned = (found: Route): boolean =>
  found.method !== 'GET' && found.operation !== 'init' && found.operation !== 'action';

/** The route for a path, with the values of its parameters. */
export function findRoute(method: string, pathname: string): { route: Route; params: string[] } | undefined {
  const parts = pathname.split('/');
  for (const candidate of routes) {
    const pattern = candidate.pattern.split('/');
    if (candidate.method !== method || pattern.length !== parts.length) continue;
    if (!pattern.every((part, index) => part.startsWith(':') || part === parts[index])) continue;
    const params = parts.filter((_, index) => pattern[index]?.startsWith(':')).map(decode);
    return { route: candidate, params };
  }
  return undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Not an escape: then it is taken as it stands, and found nowhere.
    return part;
  }
}

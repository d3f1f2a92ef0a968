// What `doctor` asks Dfns, and what to do about each answer. Nothing here changes anything on the platform.
import type { EpochMs } from '../../domain/amount.ts';
import type { TriggeredPolicy } from '../../domain/approval.ts';
import type { Diagnosis, PolicyListing } from '../platform.ts';
import { webhookEvents, type DfnsApi } from './api.ts';
import { at, isList, textAt } from './document.ts';
import { judgePermissions } from './permissions.ts';
import { chooseCredential, type Signer } from './user-action.ts';
import type { ApiResult } from './transport.ts';

export type Examined = {
  readonly api: DfnsApi;
  readonly signer: Signer;
  readonly serviceAccount: string;
  /** Whom the token itself says that it belongs to; null for an opaque token. */
  readonly tokenUser: string | null;
  readonly listPolicies: () => Promise<PolicyListing>;
  readonly now: () => EpochMs;
};

const skewWarningMs = 30_000;
/** Deliveries are refused 300 s off; half of that is already a fault. */
const skewFaultMs = 150_000;

export async function diagnose(examined: Examined): Promise<readonly Diagnosis[]> {
  const parts = await Promise.all([
    examineClock(examined),
    examineIdentity(examined),
    examineCredential(examined),
    examinePolicies(examined),
    examineWebhooks(examined),
  ]);
  return parts.flat();
}

async function examineClock({ api, now }: Examined): Promise<readonly Diagnosis[]> {
  const date = await api.readClock();
  if (date === null) {
    return [warning('clock', "Dfns' clock could not be read", 'Run this again when Dfns can be reached.')];
  }
  // The header has whole seconds.
  const skewMs = Math.max(0, Math.abs(date - now()) - 1000);
  const words = `differs from Dfns' clock by ${Math.round(skewMs / 1000)} s`;
  const remedy = 'Synchronise the clock of this machine (NTP): webhooks more than 300 s off are refused.';
  if (skewMs >= skewFaultMs) return [fault('clock', words, remedy)];
  return [skewMs >= skewWarningMs ? warning('clock', words, remedy) : ok('clock', words)];
}

async function examineIdentity(examined: Examined): Promise<readonly Diagnosis[]> {
  const { api, serviceAccount, tokenUser } = examined;
  if (tokenUser !== null && tokenUser !== serviceAccount) {
    const words = `the token belongs to ${tokenUser}, the configuration names ${serviceAccount}`;
    return [fault('identity', words, 'Set `userId` and `token` of the connection to the same service account.')];
  }
  const result = await api.getUser(serviceAccount);
  if (result.kind !== 'ok') return [identityUnread(serviceAccount, result)];
  const user = result.value;
  if (textAt(user, 'userId') !== serviceAccount) {
    return [fault('identity', 'Dfns describes another user', 'Set `userId` of the connection to the service account.')];
  }
  if (at(user, 'isServiceAccount') !== true) {
    const remedy = 'Create a service account in Dfns and use its user id, token and key: a person must not vote here.';
    return [fault('identity', `${serviceAccount} is not a service account`, remedy)];
  }
  if (at(user, 'isActive') !== true) {
    return [fault('identity', `${serviceAccount} is deactivated`, 'Activate the service account in Dfns.')];
  }
  return [
    ok('identity', `${textAt(user, 'name') ?? serviceAccount} is an active service account`),
    permissionsOf(user),
  ];
}

function identityUnread(account: string, result: Exclude<ApiResult<unknown>, { kind: 'ok' }>): Diagnosis {
  if (result.kind === 'status' && result.status === 401) {
    const remedy = 'Create a new access token for the service account, of the region that `baseUrl` names, and set it.';
    return fault('identity', 'Dfns does not accept the token', remedy);
  }
  if (result.kind === 'status' && result.status === 404) {
    return fault(
      'identity',
      `Dfns knows no user ${account}`,
      'Correct `userId`, or `baseUrl` when it is another region.',
    );
  }
  if (result.kind === 'status' && result.status === 403) {
    const remedy = 'Grant Auth:Users:Read to the service account, so that its identity and permissions can be checked.';
    return warning('identity', 'the service account may not read who it is', remedy);
  }
  return fault('identity', `could not be read: ${reasonOf(result)}`, 'Check `baseUrl` and that Dfns can be reached.');
}

function permissionsOf(user: Parameters<typeof at>[0]): Diagnosis {
  const assignments = at(user, 'permissionAssignments');
  const lists = (isList(assignments) ? assignments : []).map((assignment) => at(assignment, 'operations'));
  if (lists.length === 0 || lists.some((list) => !isList(list))) {
    const remedy = "Compare the service account's permissions in the dashboard with those that the README lists.";
    return warning('permissions', 'Dfns does not say which operations they allow', remedy);
  }
  const operations = lists.flatMap((list) => (isList(list) ? list : []).flatMap((name) => textOf(name)));
  const { missing, excess } = judgePermissions(operations);
  if (missing.length > 0) {
    return fault('permissions', `missing: ${missing.join(', ')}`, 'Add them to the permission of the service account.');
  }
  if (excess.length > 0) {
    const remedy = 'Take them away: whoever steals the token could use them.';
    return fault('permissions', `more than needed: ${excess.join(', ')}`, remedy);
  }
  return ok('permissions', 'what is needed, and no more');
}

function textOf(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}

async function examineCredential({ api, signer }: Examined): Promise<readonly Diagnosis[]> {
  if (signer.key === null) {
    const remedy = 'Set `privateKey` of the connection for the process that submits decisions.';
    return [warning('credential', 'this process has no private key, so it can not vote', remedy)];
  }
  const result = await api.tryChallenge();
  if (result.kind !== 'ok') {
    const remedy = 'Check that the service account has an active key credential, and that its token is accepted.';
    return [fault('credential', `Dfns gives no challenge to sign: ${reasonOf(result)}`, remedy)];
  }
  const choice = chooseCredential(signer, result.value);
  return choice.kind === 'chosen'
    ? [ok('credential', 'Dfns offers a challenge for it')]
    : [fault('credential', choice.reason, 'Set `credentialId` to `credId` of an access token of the service account.')];
}

async function examinePolicies({ listPolicies, serviceAccount }: Examined): Promise<readonly Diagnosis[]> {
  const listing = await listPolicies();
  if (listing.kind === 'unavailable') {
    return [fault('policies', listing.reason, 'Grant Policies:Read to the service account.')];
  }
  const unread = listing.policies.filter((policy) => policy.reason !== null);
  return [
    ok('policies', `${listing.policies.length} active`),
    ...unread.map((policy) =>
      fault(
        'policies',
        `${policy.name}: ${policy.reason ?? ''}`,
        'Its approvals are decided on the platform by people.',
      ),
    ),
    examineGroups(listing.policies, serviceAccount),
  ];
}

type PlacedGroup = { readonly policy: TriggeredPolicy; readonly group: TriggeredPolicy['groups'][number] };

function named(groups: readonly PlacedGroup[]): string {
  return groups.map(({ policy, group }) => `"${group.name}" of "${policy.name}"`).join(', ');
}

function examineGroups(policies: readonly TriggeredPolicy[], account: string): Diagnosis {
  const groups = policies.flatMap((policy) => policy.groups.map((group) => ({ policy, group })));
  const listing = groups.filter(
    ({ group }) => group.approvers.kind === 'listed' && group.approvers.accounts.includes(account),
  );
  if (listing.length === 0) {
    const remedy = 'List the service account by its user id in a group and set serviceAccountsCanApprove there.';
    return warning('groups', 'no group lists the service account, so it can not vote', remedy);
  }
  const closed = listing.filter(({ group }) => !group.serviceAccountsCanApprove);
  if (closed.length > 0) {
    const remedy = 'Set serviceAccountsCanApprove in these groups, after Dfns has activated it for the organisation.';
    return warning('groups', `list the service account but do not let it vote: ${named(closed)}`, remedy);
  }
  return ok('groups', `the service account may vote in ${named(listing)}`);
}

async function examineWebhooks({ api }: Examined): Promise<readonly Diagnosis[]> {
  const result = await api.listWebhooks();
  if (result.kind !== 'ok') {
    const remedy = 'Grant Webhooks:Read to the service account.';
    return [warning('webhook', `webhooks could not be read: ${reasonOf(result)}`, remedy)];
  }
  const create = 'Run `countersign webhook create` with the public address of this connection.';
  const subscribed = result.value.filter(({ events }) =>
    webhookEvents.every((event) => events.includes(event) || events.includes('*')),
  );
  const enabled = subscribed.filter(({ status }) => status === 'Enabled');
  const [first] = enabled;
  if (first === undefined) {
    const words =
      subscribed.length > 0 ? 'the webhook is disabled' : `no webhook subscribes to ${webhookEvents.join(', ')}`;
    const slow = 'until then approvals are only found by the sweep';
    return [warning('webhook', `${words}; ${slow}`, subscribed.length > 0 ? 'Enable it in Dfns.' : create)];
  }
  const failed = await api.listFailedEvents(first.id);
  const lost = failed.kind === 'ok' ? failed.value.filter((event) => textAt(event, 'nextAttemptDate') === null) : [];
  return [
    ok('webhook', enabled.map(({ url }) => url).join(', ')),
    ...(lost.length === 0
      ? []
      : [
          warning(
            'deliveries',
            `${lost.length} were given up in 31 days`,
            'Check that Dfns can reach the address above.',
          ),
        ]),
  ];
}

function reasonOf(result: Exclude<ApiResult<unknown>, { kind: 'ok' }>): string {
  return result.kind === 'status' ? `status ${result.status}, ${result.message}` : result.reason;
}

function ok(name: string, words: string): Diagnosis {
  return { name, outcome: 'ok', words, remedy: null };
}

function warning(name: string, words: string, remedy: string): Diagnosis {
  return { name, outcome: 'warning', words, remedy };
}

function fault(name: string, words: string, remedy: string): Diagnosis {
  return { name, outcome: 'fault', words, remedy };
}

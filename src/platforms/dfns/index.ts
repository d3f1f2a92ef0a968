// Dfns: what it can do, its credentials, and how one account on it is connected.
import { z } from 'zod';
import { stringify } from 'lossless-json';
import type {
  Capabilities,
  ConnectionSettings,
  Platform,
  PlatformConnection,
  PolicyDocument,
  PolicyListing,
} from '../platform.ts';
import { createApi, type DfnsApi } from './api.ts';
import { credentialsSchema, type DfnsCredentials } from './credentials.ts';
import { reasonMaxLength, submissionMs } from './decide.ts';
import { diagnose } from './diagnose.ts';
import { textAt } from './document.ts';
import { createLookups } from './lookups.ts';
import { translatePolicy } from './policies.ts';
import { readWhole, unavailable } from './read-approval.ts';
import { listReleased, readTransferEvent } from './released-transfers.ts';
import { readPrivateKey } from './sign.ts';
import type { Signer } from './user-action.ts';
import { verifyDelivery } from './verify.ts';
import { webhookAdmin } from './webhooks.ts';
import { readWirePolicy } from './wire.ts';

export { dfnsLanguage } from './import-policies.ts';
export { readDocument } from './read-document.ts';

const capabilities: Capabilities = {
  canVote: true,
  voteIdentity: 'service-account',
  // One rejection by anybody listed ends the approval, at once and for good.
  reject: 'ends-request',
  reasonMaxLength,
  revocable: false,
  canListPending: true,
  thinWebhooks: false,
  callbackDeadlineMs: null,
  voteLifetimeMs: null,
  initiationCounts: false,
};

export const dfns: Platform<DfnsCredentials> = {
  kind: 'dfns',
  capabilities,
  credentials: credentialsSchema,
  connect: connectDfns,
};

function connectDfns(settings: ConnectionSettings, credentials: DfnsCredentials): PlatformConnection {
  const { name, baseUrl, webhookSecrets, now } = settings;
  const { userId, token } = credentials;
  const signer = signerOf(credentials);
  const api = createApi({ baseUrl, token, serviceAccount: userId, signer });
  const lookups = createLookups(api, userId, now);
  const claims = claimsOf(token);
  // Tokens are renewed within one organisation, so what they say of it stays; an opaque one leaves our own name for it.
  const origin = { organisation: claims.orgId ?? name, environment: new URL(baseUrl).origin };
  const readGroups = () => listPolicies(api);
  return {
    name,
    platform: 'dfns',
    capabilities,
    serviceAccount: userId,
    decideUrl: dashboardOf(baseUrl),
    submissionMs,
    verify: (delivery, at) => verifyDelivery(delivery, webhookSecrets, at),
    readApproval: (id) => readWhole(api, lookups, origin, id),
    listPending: async () => {
      const result = await api.listPendingIds();
      return result.kind === 'ok' ? { kind: 'listed', ids: result.value } : unavailable('pending approvals', result);
    },
    decide: (input) => api.decide(input),
    listPolicies: readGroups,
    readPolicies: () => readPolicies(api),
    diagnose: () =>
      diagnose({ api, signer, serviceAccount: userId, tokenUser: claims.userId, listPolicies: readGroups, now }),
    webhooks: webhookAdmin(api),
    readTransfer: readTransferEvent,
    listTransfers: (onProgress) => listReleased(api, onProgress),
  };
}

function signerOf({ privateKey, credentialId }: DfnsCredentials): Signer {
  if (privateKey === null) return { key: null, credentialId };
  const reading = readPrivateKey(privateKey);
  if (reading.kind === 'fault') throw new Error(`failed to read the private key: it ${reading.words}`);
  return { key: reading.key, credentialId };
}

/** People decide in the dashboard of their region; there is no link to a single approval. */
function dashboardOf(baseUrl: string): string {
  const isUae = new URL(baseUrl).hostname === 'api.uae.dfns.io';
  return `https://app.${isUae ? 'uae.' : ''}dfns.io/policies`;
}

const claimsSchema = z.looseObject({
  'https://custom/app_metadata': z.looseObject({ orgId: z.string().optional(), userId: z.string().optional() }),
});

/** What the token says of itself, unverified: Dfns verifies it, here it only names things. */
function claimsOf(token: string): { readonly orgId: string | null; readonly userId: string | null } {
  const parsed = claimsSchema.safeParse(payloadOf(token));
  const metadata = parsed.success ? parsed.data['https://custom/app_metadata'] : {};
  return { orgId: metadata.orgId ?? null, userId: metadata.userId ?? null };
}

function payloadOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    // Not a JWT: an opaque token says nothing of itself.
    return null;
  }
}

/** A policy that can't be read is listed without groups, and says why. */
async function listPolicies(api: DfnsApi): Promise<PolicyListing> {
  const result = await api.listPolicies();
  if (result.kind !== 'ok') return { kind: 'unavailable', reason: unavailable('policies', result).reason };
  const policies = result.value.map((document) => {
    const reading = readWirePolicy(document);
    if (reading.kind === 'read') return translatePolicy(reading.value, null);
    const id = textAt(document, 'id') ?? 'a policy without an id';
    return { id, name: textAt(document, 'name') ?? id, reason: reading.reason, groups: [] };
  });
  return { kind: 'listed', policies };
}

/** Every active policy as Dfns has it, with its numbers as they were written: for an import, which reads it like a file. */
async function readPolicies(api: DfnsApi): Promise<PolicyDocument> {
  const result = await api.listPolicies();
  if (result.kind !== 'ok') return { kind: 'unavailable', reason: unavailable('policies', result).reason };
  return { kind: 'read', text: stringify({ items: result.value }, undefined, 2) ?? '' };
}

// Who is calling and what they may do: bearer tokens, permissions, and the public keys that count as a person's hand.
import { createPublicKey } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { notAuthorized, refused, refusedShort } from './answer.ts';
import type { Answer } from './answer.ts';
import { newId } from './ids.ts';
import { iso } from './world.ts';
import type { Credential, Identity, World } from './world.ts';

const claimsSchema = z.object({ exp: z.number().optional() });

export type Caller = { kind: 'known'; identity: Identity } | { kind: 'refused'; answer: Answer };

export function authenticate(world: World, headers: IncomingHttpHeaders): Caller {
  // Documented: a request without a User-Agent never reaches the API.
  if ((headers['user-agent'] ?? '').trim() === '') return { kind: 'refused', answer: refused(403, 'Forbidden') };

  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  const userId = token === undefined ? undefined : world.tokens.get(token);
  const identity = userId === undefined ? undefined : world.identities.get(userId);
  if (token === undefined || identity === undefined || isExpired(token, world.clock.now())) {
    return { kind: 'refused', answer: notAuthorized() };
  }
  return { kind: 'known', identity };
}

// Opaque tokens do not expire here; a token that is a JWT is held to its own `exp`.
function isExpired(token: string, now: number): boolean {
  const payload = token.split('.')[1];
  if (payload === undefined) return false;
  try {
    const claims = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return claims.success && claims.data.exp !== undefined && claims.data.exp * 1000 <= now;
  } catch {
    // Not a JWT after all: an opaque token may contain dots.
    return false;
  }
}

// The old names of the two evaluation permissions still work.
const aliases: Record<string, string> = {
  'Policies:Evaluations:Read': 'Policies:Approvals:Read',
  'Policies:Evaluations:Vote': 'Policies:Approvals:Approve',
};

export function mayPerform(identity: Identity, operation: string): boolean {
  const alias = aliases[operation];
  return identity.permissions.includes(operation) || (alias !== undefined && identity.permissions.includes(alias));
}

export const lacksPermission = (identity: Identity, operation: string): Answer =>
  refusedShort(403, `CustomerEmployee ${identity.userId} is not authorized to perform operation (${operation})`);

type KeyRegistration = { kind: 'registered'; credential: Credential } | { kind: 'refused'; reason: string };

/** What the platform accepts as a signing key: Ed25519, P-256, or RSA of at least 2048 bits, as PEM. */
function readCredential(credentialId: string, publicKeyPem: string): KeyRegistration {
  if (!/^-----BEGIN (RSA )?PUBLIC KEY-----/.test(publicKeyPem.trim())) {
    return { kind: 'refused', reason: 'the public key is not a PEM public key' };
  }
  try {
    const publicKey = createPublicKey(publicKeyPem);
    const details = publicKey.asymmetricKeyDetails;
    const isFit =
      publicKey.asymmetricKeyType === 'ed25519' ||
      (publicKey.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') ||
      (publicKey.asymmetricKeyType === 'rsa' && (details?.modulusLength ?? 0) >= 2048);
    return isFit
      ? { kind: 'registered', credential: { credentialId, publicKeyPem, publicKey } }
      : { kind: 'refused', reason: 'the key is not Ed25519, P-256 or RSA of at least 2048 bits' };
  } catch {
    return { kind: 'refused', reason: 'the public key cannot be read' };
  }
}

export interface NewIdentity {
  userId: string;
  name: string;
  isServiceAccount: boolean;
  permissions: readonly string[];
  tokens: readonly string[];
  tokenId?: string;
  credential?: { credentialId: string; publicKeyPem: string };
}

export function addIdentity(world: World, input: NewIdentity): void {
  const identity: Identity = {
    userId: input.userId,
    name: input.name,
    username: input.isServiceAccount ? input.userId : `${input.name.split(' ')[0]?.toLowerCase()}@northwind.example`,
    isServiceAccount: input.isServiceAccount,
    tokenId: input.tokenId ?? newId('to'),
    permissionId: newId('pm'),
    assignmentId: newId('as'),
    permissions: [...input.permissions],
    credentials: [],
    dateCreated: iso(world.clock.now()),
  };
  world.identities.set(input.userId, identity);
  for (const token of input.tokens) world.tokens.set(token, input.userId);
  if (input.credential) addCredential(world, input.userId, input.credential);
}

export function addCredential(
  world: World,
  userId: string,
  input: { credentialId: string; publicKeyPem: string },
): void {
  const identity = world.identities.get(userId);
  if (identity === undefined) throw new Error(`failed to add a credential: no user ${userId}`);
  const read = readCredential(input.credentialId, input.publicKeyPem);
  if (read.kind === 'refused') throw new Error(`failed to add a credential: ${read.reason}`);
  identity.credentials = [
    ...identity.credentials.filter((each) => each.credentialId !== input.credentialId),
    read.credential,
  ];
}

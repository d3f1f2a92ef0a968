// The signature under every change: a challenge for the exact request, signed by a registered key, spent once.
import { createHmac, randomBytes, verify } from 'node:crypto';
import { z } from 'zod';
import { notAuthorized, ok, refused, refusedShort } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Challenge, Credential, Identity, World } from './world.ts';

const challengeLifetimeMs = 15 * 60_000;

const initSchema = z.object({
  userActionPayload: z.string(),
  userActionHttpMethod: z.enum(['POST', 'PUT', 'DELETE', 'PATCH', 'GET']),
  userActionHttpPath: z.string().startsWith('/'),
  userActionServerKind: z.enum(['Api', 'Staff']).optional(),
});

const completeSchema = z.object({
  challengeIdentifier: z.string().min(1),
  firstFactor: z.object({
    kind: z.literal('Key'),
    credentialAssertion: z.object({
      credId: z.string().min(1),
      clientData: z.string().min(1),
      signature: z.string().min(1),
    }),
  }),
});

const clientDataSchema = z.looseObject({ type: z.string(), challenge: z.string() });

// Looks like a JWT, as the real ones do, so that nobody parses meaning out of an "opaque" token by accident.
const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function newToken(claims: Record<string, string | number>): string {
  const head = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, jti: randomBytes(9).toString('base64url') })}`;
  return `${head}.${createHmac('sha256', 'TEST ONLY').update(head).digest('base64url')}`;
}

const noCredential = (): Answer =>
  refusedShort(401, 'User does not have a credential that can be used for the application.');
const challengeNotValid = (): Answer => refusedShort(400, 'Challenge token is not valid.');

export function initUserAction(world: World, identity: Identity, body: unknown): Answer {
  const request = initSchema.safeParse(body);
  if (!request.success) return refused(400, 'invalid user action request');
  if (identity.credentials.length === 0) return noCredential();

  const expiresAt = world.clock.now() + challengeLifetimeMs;
  const challenge = randomBytes(24).toString('base64url');
  const challengeIdentifier = newToken({ use: 'challenge', exp: Math.floor(expiresAt / 1000) });
  world.challenges.set(challengeIdentifier, {
    challenge,
    userId: identity.userId,
    payload: request.data.userActionPayload,
    method: request.data.userActionHttpMethod,
    path: request.data.userActionHttpPath,
    expiresAt,
    used: false,
  });
  return ok({
    challenge,
    challengeIdentifier,
    supportedCredentialKinds: [{ kind: 'Key', factor: 'first', requiresSecondFactor: false }],
    userVerification: 'required',
    attestation: 'direct',
    allowCredentials: {
      key: identity.credentials.map(({ credentialId }) => ({ type: 'public-key', id: credentialId })),
      passwordProtectedKey: [],
      webauthn: [],
    },
    externalAuthenticationUrl: '',
  });
}

export function completeUserAction(world: World, identity: Identity, body: unknown): Answer {
  const request = completeSchema.safeParse(body);
  if (!request.success) return refused(400, 'invalid user action signature');
  const { challengeIdentifier, firstFactor } = request.data;

  // 1. The challenge is ours, this caller's, alive and not spent.
  const challenge = world.challenges.get(challengeIdentifier);
  if (
    challenge === undefined ||
    challenge.userId !== identity.userId ||
    challenge.used ||
    challenge.expiresAt <= world.clock.now()
  ) {
    return challengeNotValid();
  }
  // 2. The credential is one of this caller's.
  const { credId, clientData, signature } = firstFactor.credentialAssertion;
  const credential = identity.credentials.find((each) => each.credentialId === credId);
  if (credential === undefined) return noCredential();
  // 3. What was signed is this challenge, for this purpose.
  const signedBytes = Buffer.from(clientData, 'base64url');
  if (!answersChallenge(signedBytes, challenge)) return notAuthorized();
  // 4. The signature is the credential's.
  if (!isSignedBy(credential, signedBytes, Buffer.from(signature, 'base64url'))) return notAuthorized();

  challenge.used = true;
  const userAction = newToken({ use: 'useraction', exp: Math.floor(challenge.expiresAt / 1000) });
  world.userActions.set(userAction, { ...challenge, used: false });
  return ok({ userAction });
}

function answersChallenge(clientData: Buffer, challenge: Challenge): boolean {
  try {
    const read = clientDataSchema.safeParse(JSON.parse(clientData.toString('utf8')));
    return read.success && read.data.type === 'key.get' && read.data.challenge === challenge.challenge;
  } catch {
    // Not JSON: it answers nothing.
    return false;
  }
}

function isSignedBy(credential: Credential, data: Buffer, signature: Buffer): boolean {
  // Ed25519 hashes by itself; P-256 (DER) and RSA (PKCS#1 v1.5) sign a SHA-256.
  const digest = credential.publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return verify(digest, data, credential.publicKey, signature);
}

/** Spends the token of a signed request; an answer means that the request is not what was signed. */
export function spendUserAction(
  world: World,
  identity: Identity,
  request: { token: string | undefined; method: string; path: string; rawBody: string },
): Answer | undefined {
  const missing = refusedShort(403, 'user action signature is missing or invalid');
  const action = request.token === undefined ? undefined : world.userActions.get(request.token);
  if (action === undefined || action.userId !== identity.userId) return missing;
  if (action.used) return refusedShort(400, 'user action has already been used');
  if (action.expiresAt <= world.clock.now()) return missing;
  if (action.method !== request.method || action.path !== request.path || action.payload !== request.rawBody) {
    return missing;
  }
  action.used = true;
  return undefined;
}

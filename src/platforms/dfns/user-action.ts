// User-action signing: a challenge for exactly one request, our signature over it, and the token that it earns.
import type { KeyObject } from 'node:crypto';
import { at, isList, textAt } from './document.ts';
import { signChallenge } from './sign.ts';
import { resultOf, type ApiResult, type Transport } from './transport.ts';

/** `key` is null in a process that only reads: there it can't sign anything. */
export type Signer = { readonly key: KeyObject | null; readonly credentialId: string | null };

/** What is signed: method, path without query, and the body's exact text. */
export type SignedRequest = { readonly method: 'POST'; readonly path: string; readonly body: string };

export type Challenge = {
  readonly challenge: string;
  readonly identifier: string;
  readonly credentialIds: readonly string[];
};

/** Alone it changes nothing: a challenge that nobody completes expires after 15 minutes. */
export async function requestChallenge(
  send: Transport,
  request: SignedRequest,
  timeoutMs?: number,
): Promise<ApiResult<Challenge>> {
  const result = resultOf(
    await send({
      method: 'POST',
      path: '/auth/action/init',
      body: JSON.stringify({
        userActionPayload: request.body,
        userActionHttpMethod: request.method,
        userActionHttpPath: request.path,
        userActionServerKind: 'Api',
      }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    }),
  );
  if (result.kind !== 'ok') return result;
  const challenge = textAt(result.value, 'challenge');
  const identifier = textAt(result.value, 'challengeIdentifier');
  const keys = at(result.value, 'allowCredentials', 'key');
  if (challenge === null || identifier === null || !isList(keys)) {
    return { kind: 'malformed', reason: 'the challenge has an unknown form', document: '' };
  }
  const credentialIds = keys.flatMap((key) => textAt(key, 'id') ?? []);
  return { kind: 'ok', value: { challenge, identifier, credentialIds } };
}

export type CredentialChoice =
  | { readonly kind: 'chosen'; readonly credentialId: string }
  | { readonly kind: 'none'; readonly reason: string };

export function chooseCredential(signer: Signer, challenge: Challenge): CredentialChoice {
  const { credentialId } = signer;
  const [first] = challenge.credentialIds;
  if (first === undefined) return { kind: 'none', reason: 'the service account has no key credential' };
  if (credentialId === null) return { kind: 'chosen', credentialId: first };
  return challenge.credentialIds.includes(credentialId)
    ? { kind: 'chosen', credentialId }
    : { kind: 'none', reason: 'the configured credential is not one of the service account' };
}

/** The token for one call of exactly this request; single use, so a retry starts here again. */
export async function authorise(
  send: Transport,
  signer: Signer,
  request: SignedRequest,
  timeLeftMs: () => number,
): Promise<ApiResult<string> | { readonly kind: 'no-credential'; readonly reason: string }> {
  if (signer.key === null) return { kind: 'no-credential', reason: 'this process has no private key' };
  const begun = await requestChallenge(send, request, timeLeftMs());
  if (begun.kind !== 'ok') return begun;
  const choice = chooseCredential(signer, begun.value);
  if (choice.kind === 'none') return { kind: 'no-credential', reason: choice.reason };
  const firstFactor = signChallenge(signer.key, choice.credentialId, begun.value.challenge);
  const completed = resultOf(
    await send({
      method: 'POST',
      path: '/auth/action',
      body: JSON.stringify({ challengeIdentifier: begun.value.identifier, firstFactor }),
      timeoutMs: timeLeftMs(),
    }),
  );
  if (completed.kind !== 'ok') return completed;
  const token = textAt(completed.value, 'userAction');
  // It becomes a header.
  return token !== null && /^[\x21-\x7e]{1,8192}$/.test(token)
    ? { kind: 'ok', value: token }
    : { kind: 'malformed', reason: 'the proof of the signature has an unknown form', document: '' };
}

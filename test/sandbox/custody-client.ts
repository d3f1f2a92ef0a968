// Drives the sandbox's custody platform the way a stranger would: with Dfns' own SDK, and with bare HTTP.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import http from 'node:http';
import { DfnsApiClient } from '@dfns/sdk';
import type { CredentialSigner, KeyAssertion } from '@dfns/sdk';
import { bot } from '../../src/sandbox/company.ts';

/** What the SDK asks of a signer, for any kind of key that Dfns accepts. */
const signerWith = (credId: string, privateKey: KeyObject): CredentialSigner<KeyAssertion> => ({
  sign: async ({ challenge }) => {
    const clientData = Buffer.from(JSON.stringify({ type: 'key.get', challenge }));
    const digest = privateKey.asymmetricKeyType === 'ed25519' ? undefined : 'sha256';
    const signature = sign(digest, clientData, privateKey);
    return {
      kind: 'Key',
      credentialAssertion: {
        credId,
        clientData: clientData.toString('base64url'),
        signature: signature.toString('base64url'),
      },
    };
  },
});

export const botKey = createPrivateKey(bot.privateKeyPem);

export const sdkFor = (
  url: string,
  account: { token: string; credentialId: string; privateKey: KeyObject } = {
    token: bot.token,
    credentialId: bot.credentialId,
    privateKey: botKey,
  },
): DfnsApiClient =>
  new DfnsApiClient({
    baseUrl: url,
    authToken: account.token,
    signer: signerWith(account.credentialId, account.privateKey),
  });

export function newKey(kind: 'ed25519' | 'p256' | 'rsa'): { privateKey: KeyObject; publicKeyPem: string } {
  const { privateKey, publicKey } =
    kind === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : kind === 'p256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { privateKey, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

export interface Reply {
  status: number;
  headers: Headers;
  body: unknown;
}

/** One request by hand, as the bot unless told otherwise. */
export async function call(
  url: string,
  line: string,
  options: { body?: unknown; rawBody?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const [method = 'GET', path = '/'] = line.split(' ');
  const text = options.rawBody ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      authorization: `Bearer ${bot.token}`,
      'user-agent': 'test',
      ...(text === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(text === undefined ? {} : { body: text }),
  });
  const answered = await response.text();
  return { status: response.status, headers: response.headers, body: readJson(answered) };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Some answers are pages of HTML on purpose.
    return text;
  }
}

/** The token for one signed request, by hand. */
export async function signedFor(
  url: string,
  request: { method: string; path: string; payload: string },
  key: { credentialId: string; privateKey: KeyObject; token: string } = { ...bot, privateKey: botKey },
): Promise<string> {
  const headers = { authorization: `Bearer ${key.token}` };
  const init = await call(url, 'POST /auth/action/init', {
    headers,
    body: {
      userActionPayload: request.payload,
      userActionHttpMethod: request.method,
      userActionHttpPath: request.path,
      userActionServerKind: 'Api',
    },
  });
  const challenge = textOf(init.body, 'challenge');
  const clientData = Buffer.from(JSON.stringify({ type: 'key.get', challenge }));
  const digest = key.privateKey.asymmetricKeyType === 'ed25519' ? undefined : 'sha256';
  const done = await call(url, 'POST /auth/action', {
    headers,
    body: {
      challengeIdentifier: textOf(init.body, 'challengeIdentifier'),
      firstFactor: {
        kind: 'Key',
        credentialAssertion: {
          credId: key.credentialId,
          clientData: clientData.toString('base64url'),
          signature: sign(digest, clientData, key.privateKey).toString('base64url'),
        },
      },
    },
  });
  return textOf(done.body, 'userAction');
}

export function textOf(body: unknown, key: string): string {
  const value = typeof body === 'object' && body !== null ? Reflect.get(body, key) : undefined;
  if (typeof value !== 'string') throw new Error(`failed to find ${key} in ${JSON.stringify(body)}`);
  return value;
}

export const errorOf = (reply: Reply): string => {
  const error: unknown = typeof reply.body === 'object' && reply.body !== null ? Reflect.get(reply.body, 'error') : {};
  return textOf(error, 'message');
};

/** A decision of the bot by hand: three requests. */
export async function decideByHand(url: string, approvalId: string, value: string): Promise<Reply> {
  const path = `/v2/policy-approvals/${approvalId}/decisions`;
  const rawBody = JSON.stringify({ value, reason: 'by hand' });
  const userAction = await signedFor(url, { method: 'POST', path, payload: rawBody });
  return call(url, `POST ${path}`, { rawBody, headers: { 'x-dfns-useraction': userAction } });
}

interface Received {
  headers: http.IncomingHttpHeaders;
  raw: string;
  body: { id: string; kind: string; data: unknown; deliveryAttempt: number; timestampSent: number; retryOf?: string };
}

export interface Receiver {
  url: string;
  received: Received[];
  /** What it answers from now on; null: nothing at all. */
  answerWith(status: number | null): void;
  stop(): Promise<void>;
}

/** A place for webhooks to go. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  let status: number | null = 200;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      received.push({ headers: request.headers, raw, body: JSON.parse(raw) });
      if (status !== null) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('failed to listen');
  return {
    url: `http://127.0.0.1:${address.port}/webhooks/treasury`,
    received,
    answerWith: (next) => {
      status = next;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

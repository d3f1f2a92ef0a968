// The service account's key: the forms that are taken, the remedies for those that are not, and the signature itself.
import { createPublicKey, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { credentialsSchema } from '../../../src/platforms/dfns/credentials.ts';
import { readPrivateKey, signChallenge } from '../../../src/platforms/dfns/sign.ts';
import { textOf } from './fixtures.ts';

const vector = z
  .object({
    privateKeyPem: z.string(),
    credId: z.string(),
    challenge: z.string(),
    clientDataB64url: z.string(),
    signatureB64url: z.string(),
  })
  .parse(JSON.parse(textOf('auth/key-signing-vector.ed25519.json')));

function keyOf(pem: string): KeyObject {
  const reading = readPrivateKey(pem);
  if (reading.kind === 'fault') throw new Error(`failed to read the key: it ${reading.words}`);
  return reading.key;
}

const ed25519 = generateKeyPairSync('ed25519').privateKey;
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

describe('signing a challenge', () => {
  test("gives what Dfns' own signer gives", () => {
    expect(signChallenge(keyOf(vector.privateKeyPem), vector.credId, vector.challenge)).toEqual({
      kind: 'Key',
      credentialAssertion: {
        credId: vector.credId,
        clientData: vector.clientDataB64url,
        signature: vector.signatureB64url,
      },
    });
  });

  test.each<[string, KeyObject, string | null]>([
    ['Ed25519', ed25519, null],
    ['P-256 (DER)', p256, 'sha256'],
    ['RSA (PKCS#1 v1.5)', rsa, 'sha256'],
  ])('with %s verifies under its public key', (_, key, digest) => {
    const { credentialAssertion } = signChallenge(key, 'cred', 'challenge');

    const clientData = Buffer.from(credentialAssertion.clientData, 'base64url');
    const signature = Buffer.from(credentialAssertion.signature, 'base64url');
    expect(clientData.toString()).toBe('{"type":"key.get","challenge":"challenge"}');
    expect(verify(digest, clientData, createPublicKey(key), signature)).toBe(true);
  });
});

const pkcs8 = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const goodPem = pkcs8(ed25519);

describe('a private key', () => {
  test.each<[string, string]>([
    ['Ed25519 in PKCS#8', goodPem],
    ['P-256 in PKCS#8', pkcs8(p256)],
    ['P-256 in SEC1', p256.export({ format: 'pem', type: 'sec1' }).toString()],
    ['RSA in PKCS#8', pkcs8(rsa)],
    ['RSA in PKCS#1', rsa.export({ format: 'pem', type: 'pkcs1' }).toString()],
    ['PEM whose line ends are two characters', goodPem.replaceAll('\n', String.raw`\n`)],
    ['PEM with Windows line ends', goodPem.replaceAll('\n', '\r\n')],
    ['PEM with space around it', `\n  ${goodPem}  \n`],
  ])('%s is taken', (_, pem) => {
    expect(readPrivateKey(pem).kind).toBe('ok');
  });

  test.each<[string, string, RegExp]>([
    [
      "OpenSSH's format",
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
      /OpenSSH.*openssl genpkey/,
    ],
    [
      'a passphrase',
      ed25519.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      /passphrase/,
    ],
    ['a public key', createPublicKey(ed25519).export({ format: 'pem', type: 'spki' }).toString(), /public key/],
    ['a short RSA key', pkcs8(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), /less than 2048 bits/],
    [
      'another curve',
      pkcs8(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey),
      /neither Ed25519, P-256 nor RSA/,
    ],
    ['X25519', pkcs8(generateKeyPairSync('x25519').privateKey), /neither/],
    ['a key cut short', goodPem.slice(0, 60), /can not be read/],
    ['nothing', '', /not a private key in PEM/],
    ['a hexadecimal secret', 'deadbeef', /not a private key in PEM/],
  ])('%s is refused with a remedy', (_, pem, words) => {
    const reading = readPrivateKey(pem);
    expect(reading.kind === 'fault' ? reading.words : 'taken').toMatch(words);
  });
});

const faultsOf = (credentials: object) =>
  credentialsSchema.safeParse(credentials).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ??
  [];

describe('credentials', () => {
  const good = { userId: 'us-1', token: 'a.b.c', credentialId: 'Y2kt', privateKey: goodPem };
  test('are taken whole, and again when they were read before', () => {
    const once = credentialsSchema.parse(good);
    expect(credentialsSchema.parse(once)).toEqual(once);
    expect(once).toEqual(good);
  });

  test('may leave out the credential id, and the key where nothing is submitted', () => {
    expect(credentialsSchema.parse({ userId: 'us-1', token: 'x' })).toEqual({
      userId: 'us-1',
      token: 'x',
      credentialId: null,
      privateKey: null,
    });
  });

  test.each<[string, object, RegExp]>([
    ['no user', { userId: undefined }, /^userId /],
    ['a user that is no id', { userId: 'us 1' }, /^userId is not an id/],
    ['no token', { token: undefined }, /^token is missing/],
    ['a token of two lines', { token: 'a\nb' }, /^token is empty or holds white space/],
    ['an empty token', { token: '' }, /^token is empty/],
    ['a credential id with spaces', { credentialId: 'a b' }, /^credentialId is not a credential id/],
    ['a key of OpenSSH', { privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----' }, /^privateKey is in OpenSSH/],
    ['a key that is not known', { apiKey: 'x' }, /does not know apiKey/],
  ])('with %s are refused in one sentence', (_, overrides, words) => {
    const faults = faultsOf({ ...good, ...overrides });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(words);
  });

  test('never show a secret in a fault', () => {
    const secret = 'top secret token with spaces';
    expect(faultsOf({ ...good, token: secret, privateKey: secret }).join()).not.toContain('top secret');
  });
});

// The service account's private key: which forms are accepted, and the signature over a challenge.
import { createPrivateKey, sign, type KeyObject } from 'node:crypto';

export type KeyReading =
  | { readonly kind: 'ok'; readonly key: KeyObject }
  | { readonly kind: 'fault'; readonly words: string };

const newKey =
  'make one with `openssl genpkey -algorithm ed25519 -out key.pem` and register its public key with Dfns as a credential of the service account';

/** PEM with real or escaped line ends (an environment variable often holds `\n` as two characters). */
export function readPrivateKey(text: string): KeyReading {
  const pem = text.replaceAll(String.raw`\n`, '\n').trim();
  if (pem.includes('BEGIN OPENSSH PRIVATE KEY')) {
    return fault(`is in OpenSSH's own format, which Dfns does not take: ${newKey}`);
  }
  if (pem.includes('BEGIN ENCRYPTED PRIVATE KEY') || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    return fault('is protected by a passphrase: store it decrypted in the secret store instead');
  }
  if (/BEGIN (?:RSA )?PUBLIC KEY/.test(pem))
    return fault('is a public key: Dfns has that one, the private key stays here');
  if (!/BEGIN (?:RSA |EC )?PRIVATE KEY/.test(pem)) return fault(`is not a private key in PEM: ${newKey}`);
  const key = parse(pem);
  return key === null ? fault('can not be read: is it whole, with its first and last line?') : accept(key);
}

function parse(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    // The reason of the library names no key material, but also no remedy.
    return null;
  }
}

function accept(key: KeyObject): KeyReading {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'ed25519') return { kind: 'ok', key };
  if (key.asymmetricKeyType === 'ec' && details?.namedCurve === 'prime256v1') return { kind: 'ok', key };
  if (key.asymmetricKeyType === 'rsa') {
    return (details?.modulusLength ?? 0) >= 2048 ? { kind: 'ok', key } : fault('is an RSA key of less than 2048 bits');
  }
  return fault(`is neither Ed25519, P-256 nor RSA: ${newKey}`);
}

function fault(words: string): KeyReading {
  return { kind: 'fault', words };
}

export type FirstFactor = {
  readonly kind: 'Key';
  readonly credentialAssertion: {
    readonly credId: string;
    readonly clientData: string;
    readonly signature: string;
  };
};

/** Signs what Dfns' own key signer signs: https://docs.dfns.co/api-reference/auth/signing-flows */
export function signChallenge(key: KeyObject, credentialId: string, challenge: string): FirstFactor {
  const clientData = Buffer.from(JSON.stringify({ type: 'key.get', challenge }));
  // Ed25519 hashes by itself; P-256 gives DER and RSA PKCS#1 v1.5, both over SHA-256.
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', clientData, key);
  return {
    kind: 'Key',
    credentialAssertion: {
      credId: credentialId,
      clientData: clientData.toString('base64url'),
      signature: signature.toString('base64url'),
    },
  };
}

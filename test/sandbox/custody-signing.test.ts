// Refusals of the sandbox's custody platform, one by one: what counts as a signature.
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot, people } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { testTokenOf } from '../../src/sandbox/custody/seed.ts';
import { call, newKey, signedFor, textOf } from './custody-client.ts';

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/dfns/${name}`, import.meta.url), 'utf8'));

const minuteMs = 60_000;

let custody: Custody;
let url: string;

beforeEach(async () => {
  custody = await startCustody();
  url = custody.url;
});

afterEach(() => custody.stop());

describe('the challenge', () => {
  const request = { method: 'POST', path: '/webhooks', payload: '{}' };
  const initBody = {
    userActionPayload: request.payload,
    userActionHttpMethod: request.method,
    userActionHttpPath: request.path,
  };

  const complete = (challengeIdentifier: string, clientData: string | object, credId: string = bot.credentialId) => {
    const bytes = Buffer.from(typeof clientData === 'string' ? clientData : JSON.stringify(clientData));
    const signature = sign(undefined, bytes, createPrivateKey(bot.privateKeyPem)).toString('base64url');
    return call(url, 'POST /auth/action', {
      body: {
        challengeIdentifier,
        firstFactor: {
          kind: 'Key',
          credentialAssertion: { credId, clientData: bytes.toString('base64url'), signature },
        },
      },
    });
  };
  const begin = async () => {
    const init = await call(url, 'POST /auth/action/init', { body: initBody });
    return { challenge: textOf(init.body, 'challenge'), challengeIdentifier: textOf(init.body, 'challengeIdentifier') };
  };

  it('has the shape of the recorded one', async () => {
    const init = await call(url, 'POST /auth/action/init', { body: initBody });

    const recorded = fixture('auth/action-init.response.key.json');
    const { challenge: _, challengeIdentifier: __, ...rest } = Object(recorded);
    expect(init.body).toMatchObject(rest);
    expect(Object.keys(Object(init.body)).toSorted()).toEqual(Object.keys(Object(recorded)).toSorted());
  });

  it('is signed with members in any order, and with the browser’s members beside them', async () => {
    const { challenge, challengeIdentifier } = await begin();

    const reply = await complete(challengeIdentifier, { challenge, type: 'key.get', origin: 'x', crossOrigin: false });

    expect(reply.status).toBe(200);
  });

  it('is good for one signature', async () => {
    const { challenge, challengeIdentifier } = await begin();
    await complete(challengeIdentifier, { type: 'key.get', challenge });

    const again = await complete(challengeIdentifier, { type: 'key.get', challenge });

    expect(again.status).toBe(400);
    expect(again.body).toEqual(fixture('errors/400.challenge-invalid.documented.json'));
  });

  it('lives for fifteen minutes', async () => {
    const first = await begin();
    const second = await begin();

    await custody.advance(15 * minuteMs - 1000);
    const inTime = await complete(first.challengeIdentifier, { type: 'key.get', challenge: first.challenge });
    await custody.advance(2000);
    const late = await complete(second.challengeIdentifier, { type: 'key.get', challenge: second.challenge });

    expect([inTime.status, late.status]).toEqual([200, 400]);
  });

  it('refuses another purpose, another challenge, another credential, and what is not JSON', async () => {
    const { challenge, challengeIdentifier } = await begin();

    const replies = [
      await complete(challengeIdentifier, { type: 'key.create', challenge }),
      await complete(challengeIdentifier, { type: 'key.get', challenge: `${challenge}x` }),
      await complete(challengeIdentifier, { type: 'key.get', challenge }, 'somebody-else'),
      await complete(challengeIdentifier, 'not json'),
    ];

    expect(replies.map((reply) => reply.status)).toEqual([401, 401, 401, 401]);
  });

  it('belongs to the account that asked for it', async () => {
    const { privateKey, publicKeyPem } = newKey('ed25519');
    custody.addCredential(people.alice.userId, { credentialId: bot.credentialId, publicKeyPem });
    const { challenge, challengeIdentifier } = await begin();
    const clientData = Buffer.from(JSON.stringify({ type: 'key.get', challenge }));

    const reply = await call(url, 'POST /auth/action', {
      headers: { authorization: `Bearer ${testTokenOf('alice')}` },
      body: {
        challengeIdentifier,
        firstFactor: {
          kind: 'Key',
          credentialAssertion: {
            credId: bot.credentialId,
            clientData: clientData.toString('base64url'),
            signature: sign(undefined, clientData, privateKey).toString('base64url'),
          },
        },
      },
    });

    expect(reply.status).toBe(400);
  });

  it('is refused to an account without a key', async () => {
    const reply = await call(url, 'POST /auth/action/init', {
      headers: { authorization: `Bearer ${testTokenOf('alice')}` },
      body: initBody,
    });

    expect(reply.status).toBe(401);
  });
});

describe('the signed request', () => {
  const rawBody = '{"value":"Approved","reason":"checks passed"}';

  const prepare = async () => {
    const { approvalId } = custody.play('routine-payout');
    const path = `/v2/policy-approvals/${approvalId}/decisions`;
    const token = await signedFor(url, { method: 'POST', path, payload: rawBody });
    return { path, token };
  };
  const send = (path: string, body: string, token: string | undefined) =>
    call(url, `POST ${path}`, { rawBody: body, headers: token === undefined ? {} : { 'x-dfns-useraction': token } });

  it('is refused without a signature, with the documented body', async () => {
    const { path } = await prepare();

    const reply = await send(path, rawBody, undefined);

    expect(reply.status).toBe(403);
    expect(reply.body).toEqual(fixture('errors/403.user-action-missing.documented.json'));
  });

  it.each([
    ['one more space', '{"value":"Approved", "reason":"checks passed"}'],
    ['members in another order', '{"reason":"checks passed","value":"Approved"}'],
    ['another value', '{"value":"Denied","reason":"checks passed"}'],
  ])('is refused when its body has %s', async (_, body) => {
    const { path, token } = await prepare();

    const reply = await send(path, body, token);

    expect(reply.status).toBe(403);
    expect(custody.ledger().approvals[0]?.approval.status).toBe('Pending');
  });

  it('is refused on another path', async () => {
    const { token } = await prepare();
    const other = custody.play('routine-payout').approvalId;

    const reply = await send(`/v2/policy-approvals/${other}/decisions`, rawBody, token);

    expect(reply.status).toBe(403);
  });

  it('is refused the second time, with the documented body', async () => {
    const { path, token } = await prepare();
    await send(path, rawBody, token);

    const again = await send(path, rawBody, token);

    expect(again.status).toBe(400);
    expect(again.body).toEqual(fixture('errors/400.user-action-reused.documented.json'));
  });

  it('is refused from another account', async () => {
    const { path, token } = await prepare();

    const reply = await call(url, `POST ${path}`, {
      rawBody,
      headers: { 'x-dfns-useraction': token, authorization: `Bearer ${testTokenOf('alice')}` },
    });

    expect(reply.status).toBe(403);
  });
});

describe('keys', () => {
  it('takes Ed25519, P-256 and RSA keys of 2048 bits as PEM, and nothing else', () => {
    const add = (publicKeyPem: string) => () => custody.addCredential(bot.userId, { credentialId: 'c', publicKeyPem });

    expect(add(newKey('p256').publicKeyPem)).not.toThrow();
    expect(add(newKey('rsa').publicKeyPem)).not.toThrow();
    expect(add('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA')).toThrow('PEM');
    expect(add(bot.privateKeyPem)).toThrow('PEM');
    expect(add(newKey('ed25519').publicKeyPem.replaceAll('\n', '\\n'))).toThrow('cannot be read');
  });
});

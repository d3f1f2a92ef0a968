// Refusals of the sandbox's custody platform, one by one: who may call, and how often.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bot } from '../../src/sandbox/company.ts';
import { startCustody } from '../../src/sandbox/custody/index.ts';
import type { Custody } from '../../src/sandbox/custody/index.ts';
import { call, decideByHand, errorOf } from './custody-client.ts';

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

describe('who may call', () => {
  it('refuses a token that it does not know, with the documented body', async () => {
    const reply = await call(url, 'GET /v2/policy-approvals', { headers: { authorization: 'Bearer nobody' } });

    expect(reply.status).toBe(401);
    expect(reply.body).toEqual(fixture('errors/401.documented.json'));
  });

  it('refuses a JWT whose time is over, and takes it before that', async () => {
    const payload = Buffer.from(JSON.stringify({ exp: Math.floor(custody.now() / 1000) + 60 })).toString('base64url');
    const token = `e30.${payload}.x`;
    custody.setToken(token, bot.userId);
    const headers = { authorization: `Bearer ${token}` };

    const before = await call(url, 'GET /v2/policy-approvals', { headers });
    await custody.advance(2 * minuteMs);
    const after = await call(url, 'GET /v2/policy-approvals', { headers });

    expect([before.status, after.status]).toEqual([200, 401]);
  });

  it('refuses what the account lacks the permission for, and names the permission', async () => {
    const permissions = bot.permissions.filter((each) => each !== 'Policies:Evaluations:Vote');
    custody.setPermissions(bot.userId, permissions);
    const { approvalId } = custody.play('routine-payout');

    const reply = await decideByHand(url, approvalId, 'Approved');

    expect(reply.status).toBe(403);
    expect(errorOf(reply)).toBe(
      `CustomerEmployee ${bot.userId} is not authorized to perform operation (Policies:Evaluations:Vote)`,
    );
  });

  it('takes the old names of the evaluation permissions', async () => {
    custody.setPermissions(bot.userId, ['Policies:Approvals:Read', 'Policies:Approvals:Approve']);
    const { approvalId } = custody.play('routine-payout');

    const reply = await decideByHand(url, approvalId, 'Approved');

    expect(reply.status).toBe(200);
  });

  it('refuses a request without a User-Agent', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      http
        .get(`${url}/v2/policy-approvals`, { agent: false, headers: { authorization: `Bearer ${bot.token}` } })
        .on('response', (response) => resolve(response.resume().statusCode))
        .on('error', reject);
    });

    expect(status).toBe(403);
  });

  it('refuses a body that is not JSON, or does not say so', async () => {
    const broken = await call(url, 'POST /auth/action/init', { rawBody: '{' });
    const untold = await call(url, 'POST /auth/action/init', {
      rawBody: '{}',
      headers: { 'content-type': 'text/plain' },
    });

    expect([broken.status, untold.status]).toEqual([400, 415]);
  });

  it('answers 404 for what it does not have, in the documented form', async () => {
    const reply = await call(url, 'GET /wallets/wa-none');

    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ error: { status: 404, message: 'wallet not found', details: {} } });
  });
});

describe('the rate limit', () => {
  it('counts every call in the headers and answers 429 with Retry-After until the minute is over', async () => {
    custody.setOrganisation({ rateLimitPerMinute: 2 });
    const read = () => call(url, 'GET /v2/policy-approvals');

    const first = await read();
    await read();
    const third = await read();
    await custody.advance(minuteMs);
    const later = await read();

    expect(first.headers.get('x-ratelimit-limit')).toBe('2');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
    expect(third.status).toBe(429);
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(errorOf(third)).toBe('Too Many Requests');
    expect(later.status).toBe(200);
  });
});

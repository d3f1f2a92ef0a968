import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { screening } from '../../src/checks/screening.ts';
import { runChecks } from '../../src/checks/run-checks.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { createScreening } from '../../src/sources/screening.ts';
import { newRecipient, noon } from '../builders.ts';
import { inputOf } from '../checks/find.ts';
import { aHost, type Host } from './lab.ts';

const secret = 'TEST-ONLY-screening-secret-0123456789';

let host: Host;

beforeEach(async () => {
  host = await aHost();
});

afterEach(async () => host.stop());

async function ask(timeoutMs = 2000, url = host.url): Promise<Finding | undefined> {
  const check = screening({ ask: createScreening({ url, secret, timeoutMs }), deadlineMs: timeoutMs });
  const [finding] = await runChecks([check], inputOf());
  return finding;
}

function answer(body: unknown, status = 200): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  host.answer = (_request, response) => void response.writeHead(status).end(text);
}

describe('the screening service', () => {
  test.each(['pass', 'flag', 'stop'] as const)('may say %s, in its own words', async (outcome) => {
    answer({ outcome, words: 'risk score 12 of 100' });

    expect(await ask()).toMatchObject({ check: 'screening', outcome, words: 'risk score 12 of 100', dataAt: noon });
  });

  test('gets what it can judge by, signed as Standard Webhooks says', async () => {
    answer({ outcome: 'pass', words: 'fine' });

    await ask();

    const [{ headers, body } = { headers: {}, body: '' }] = host.asked;
    const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', secret).update(content).digest('base64')}`);
    expect(headers['webhook-timestamp']).toBe(String(noon / 1000));
    expect(JSON.parse(body)).toMatchObject({
      version: 1,
      connection: 'treasury',
      approval: { platform: 'dfns' },
      activity: { network: 'Ethereum', destinations: [{ address: newRecipient }], amountBase: '250000000000' },
    });
  });

  test.each<readonly [string, unknown, number]>([
    ['an error', { outcome: 'pass', words: 'fine' }, 500],
    ['"accepted" instead of an answer', { outcome: 'pass', words: 'fine' }, 202],
    ['nothing', '', 200],
    ['no JSON', 'pass', 200],
    ['an outcome that is not agreed', { outcome: 'approve', words: 'fine' }, 200],
    ['an outcome that only we may find', { outcome: 'unavailable', words: 'down' }, 200],
    ['no words', { outcome: 'pass', words: ' ' }, 200],
    ['words without end', { outcome: 'pass', words: 'x'.repeat(301) }, 200],
    ['more than is agreed', { outcome: 'pass', words: 'fine', score: 3 }, 200],
    ['a list', [{ outcome: 'pass', words: 'fine' }], 200],
    ['a flood', `${' '.repeat(70 * 1024)}{"outcome":"pass","words":"fine"}`, 200],
  ])('that answers with %s is unavailable', async (_, body, status) => {
    answer(body, status);

    expect((await ask())?.outcome).toBe('unavailable');
  });

  test('that sends somewhere else is not followed', async () => {
    host.answer = (request, response) => {
      if (request.url === '/list') response.writeHead(307, { location: '/elsewhere' }).end();
      else response.writeHead(200).end('{"outcome":"pass","words":"fine"}');
    };

    expect((await ask())?.outcome).toBe('unavailable');
    expect(host.asked).toHaveLength(1);
  });

  test('that does not answer in time is unavailable, and so is one that is gone', async () => {
    host.answer = () => undefined;

    expect(await ask(100)).toMatchObject({
      outcome: 'unavailable',
      words: 'the screening service gave no answer: no answer within 0.1 s',
    });
    expect((await ask(2000, 'http://127.0.0.1:9/'))?.outcome).toBe('unavailable');
  });

  test('may have a secret in the form of Standard Webhooks', async () => {
    answer({ outcome: 'pass', words: 'fine' });
    const key = Buffer.alloc(32, 7);
    const screen = createScreening({ url: host.url, secret: `whsec_${key.toString('base64')}`, timeoutMs: 2000 });

    await screen(inputOf());

    const [{ headers, body } = { headers: {}, body: '' }] = host.asked;
    const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  });
});

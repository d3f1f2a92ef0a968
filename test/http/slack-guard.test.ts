import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { guardSlack } from '../../src/http/slack-guard.ts';
import { aLog } from './lab.ts';
import { aClick, click, form, slackPath, slackSigned, startSlackLab, type SlackLab } from './slack-lab.ts';

let lab: SlackLab;

beforeAll(async () => {
  lab = await startSlackLab();
});
afterAll(async () => lab.stop());

const typed = (contentType: string): [string, string][] => [['content-type', contentType]];
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** What a request was answered, and how often Bolt ran for it. */
async function outcomeOf(request: Parameters<SlackLab['send']>[0]): Promise<{ status: number; fired: number }> {
  const before = lab.fired();
  const status = await lab.send(request);
  return { status, fired: lab.fired() - before };
}

describe('what Slack sends', () => {
  it.each([
    ['a click', () => slackSigned(aClick())],
    ['a click with a character set', () => slackSigned(aClick(), { contentType: `${form}; charset=utf-8` })],
    ['a command', () => slackSigned(`command=%2Fcountersign&text=status${nowSeconds()}&user_id=U0&team_id=T0`)],
    ['a request signed five minutes ago', () => slackSigned(aClick(), { at: nowSeconds() - 298 })],
    ['a request from a clock that is ahead', () => slackSigned(aClick(), { at: nowSeconds() + 298 })],
  ])('reaches Bolt: %s', async (_name, request) => {
    expect(await outcomeOf(request())).toEqual({ status: 200, fired: 1 });
  });

  it('answers the challenge of a new URL', async () => {
    const body = JSON.stringify({ type: 'url_verification', challenge: 'c' });

    expect(await outcomeOf(slackSigned(body, { contentType: 'application/json' }))).toEqual({ status: 200, fired: 0 });
  });
});

describe('what is not signed by Slack', () => {
  const at = nowSeconds();
  const good = slackSigned(aClick(), { at });
  const signature = good.headers[2]?.[1] ?? '';
  const digest = signature.slice(3);
  const withSignature = (...values: string[]) => ({
    ...good,
    headers: [...good.headers.slice(0, 2), ...values.map((value): [string, string] => ['x-slack-signature', value])],
  });
  const withTimestamp = (...values: string[]) => ({
    ...good,
    headers: [
      ...good.headers.filter(([name]) => name !== 'x-slack-request-timestamp'),
      ...values.map((value): [string, string] => ['x-slack-request-timestamp', value]),
    ],
  });
  const table: [string, Parameters<SlackLab['send']>[0]][] = [
    ['no signature', withSignature()],
    ['an empty signature', withSignature('')],
    ['the version alone', withSignature('v0=')],
    ['another version', withSignature(`v1=${digest}`)],
    ['trailing garbage', withSignature(`${signature}=x`)],
    ['more hexadecimal', withSignature(`${signature}00`)],
    ['less hexadecimal', withSignature(signature.slice(0, -2))],
    ['upper case', withSignature(`v0=${digest.toUpperCase()}`)],
    ['a letter that is not hexadecimal', withSignature(`v0=${digest.slice(0, -1)}g`)],
    ['two signatures', withSignature(signature, signature)],
    ['two signatures in one header', withSignature(`${signature}, ${signature}`)],
    ['no timestamp', withTimestamp()],
    ['an empty timestamp', withTimestamp('')],
    ['two timestamps', withTimestamp(String(at), String(at))],
    ['a timestamp that is no number', withTimestamp('now')],
    ['a timestamp with a fraction', withTimestamp(`${at}.0`)],
    ['a hexadecimal timestamp', withTimestamp(`0x${at.toString(16)}`)],
    ['a timestamp in exponent form', slackSigned(aClick(), { at: `${at / 1e9}e9` })],
    ['a timestamp with a sign', slackSigned(aClick(), { at: `+${at}` })],
    ['a timestamp with zeros in front', slackSigned(aClick(), { at: `0${at}` })],
    ['a timestamp that was not signed', withTimestamp(String(at - 1))],
    ['a timestamp too old', slackSigned(aClick(), { at: at - 302 })],
    ['a timestamp from tomorrow', slackSigned(aClick(), { at: at + 86_400 })],
    ['a timestamp six minutes ahead', slackSigned(aClick(), { at: at + 360 })],
    ['another secret', slackSigned(aClick(), { secret: 'guess' })],
    ['a changed body', { ...good, body: Buffer.concat([good.body, Buffer.from('&a=b')]) }],
    ['no body', { ...good, body: '' }],
  ];

  it.each(table)('is refused with 401 and runs nothing: %s', async (_name, request) => {
    expect(await outcomeOf(request)).toEqual({ status: 401, fired: 0 });
  });

  it('refuses to start with an empty secret', () => {
    expect(() => guardSlack({ signingSecret: '', now: Date.now, log: aLog([]) })).toThrow('empty');
  });
});

describe('ssl_check smuggling (bolt-js #2897)', () => {
  const payload = `payload=${encodeURIComponent(click)}`;
  const body = `ssl_check=1&${payload}`;
  const stamp: [string, string] = ['x-slack-request-timestamp', String(nowSeconds())];
  const variants: [string, Parameters<SlackLab['send']>[0]][] = [
    ['as reported', { headers: typed(form), body }],
    ['after the payload', { headers: typed(form), body: `${payload}&ssl_check=1` }],
    ['empty', { headers: typed(form), body: `ssl_check=&${payload}` }],
    ['twice', { headers: typed(form), body: `ssl_check=1&ssl_check=1&${payload}` }],
    ['as a list', { headers: typed(form), body: `ssl_check[]=1&${payload}` }],
    ['percent-encoded', { headers: typed(form), body: `ssl%5Fcheck=1&${payload}` }],
    ['with a plus', { headers: typed(form), body: `+ssl_check=1&${payload}` }],
    ['in capitals', { headers: typed(form), body: `SSL_CHECK=1&${payload}` }],
    ['with a character set', { headers: typed(`${form}; charset=utf-8`), body }],
    ['as JSON', { headers: typed('application/json'), body: JSON.stringify({ ssl_check: 1, payload: click }) }],
    ['inside the payload', { headers: typed(form), body: `payload=${encodeURIComponent('{"ssl_check":1}')}` }],
    ['as text', { headers: typed('text/plain'), body }],
    ['as multipart', { headers: typed('multipart/form-data; boundary=x'), body }],
    ['without a content type', { headers: [], body }],
    ['with a timestamp', { headers: [...typed(form), stamp], body }],
    ['with half a signature', { headers: [...typed(form), stamp, ['x-slack-signature', 'v0=']], body }],
    ['signed with nothing', slackSigned(body, { secret: 'x' })],
    ['in the query', { path: `${slackPath}?${body}`, headers: typed(form), body: payload }],
    ['with a slash behind', { path: `${slackPath}/`, headers: typed(form), body }],
    ['in capital path', { path: '/SLACK/EVENTS', headers: typed(form), body }],
    ['with two slashes', { path: '//slack/events', headers: typed(form), body }],
    ['with dots', { path: '/slack/./events', headers: typed(form), body }],
    ['with an encoded path', { path: '/slack/%65vents', headers: typed(form), body }],
    ['with the whole URL', { path: `http://localhost${slackPath}`, headers: typed(form), body }],
    ['by PUT', { method: 'PUT', headers: [...typed(form), ['x-http-method-override', 'POST']], body }],
    ['by GET', { method: 'GET', path: `${slackPath}?${body}`, headers: [] }],
  ];

  it.each(variants)('fires no handler: %s', async (_name, request) => {
    const { status, fired } = await outcomeOf(request);

    expect(fired).toBe(0);
    expect(status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['a payload beside it', body],
    ['alone', 'ssl_check=1'],
  ])('is refused even when it is signed: %s', async (_name, signedBody) => {
    expect(await outcomeOf(slackSigned(signedBody))).toEqual({ status: 400, fired: 0 });
  });
});

describe('what Bolt could read in another way', () => {
  it.each([
    ['two payloads', slackSigned(`${aClick()}&${aClick()}`), 400],
    ['a payload and more', slackSigned(`${aClick()}&command=x`), 400],
    ['bytes that are no text', slackSigned(Buffer.concat([Buffer.from('payload='), Buffer.from([0xff, 0xfe])])), 400],
    ['another content type', slackSigned(aClick(), { contentType: 'text/plain' }), 415],
    [
      'two content types',
      { ...slackSigned(aClick()), headers: [...slackSigned(aClick()).headers, ['content-type', form]] },
      415,
    ],
    [
      'compressed bytes',
      { ...slackSigned(aClick()), headers: [...slackSigned(aClick()).headers, ['content-encoding', 'gzip']] },
      415,
    ],
  ] satisfies [string, Parameters<SlackLab['send']>[0], number][])('is refused: %s', async (_name, request, status) => {
    expect(await outcomeOf(request)).toEqual({ status, fired: 0 });
  });

  it('refuses more than a megabyte, signed or not', async () => {
    const big = Buffer.alloc(1024 * 1024 + 1, 'x');

    expect(await outcomeOf(slackSigned(big))).toEqual({ status: 413, fired: 0 });
    expect(await outcomeOf({ headers: [['content-type', form]], body: big })).toEqual({ status: 401, fired: 0 });
  });
});

describe('the same bytes again', () => {
  it('runs a handler once for 1,000 replays of one signed click', async () => {
    const request = slackSigned(aClick());
    const before = lab.fired();

    const first = await lab.send(request);
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      for (const status of await Promise.all(Array.from({ length: 50 }, async () => lab.send(request))))
        statuses.add(status);
    }

    expect([first, ...statuses]).toEqual([200, 200]);
    expect(lab.fired() - before).toBe(1);
  });

  it('takes two clicks of the same content for two when Slack signed them at different moments', async () => {
    const body = aClick();

    const first = await outcomeOf(slackSigned(body, { at: nowSeconds() - 1 }));
    const second = await outcomeOf(slackSigned(body));

    expect([first.fired, second.fired]).toEqual([1, 1]);
  });

  it('lets a request through again that failed the first time', async () => {
    let isFailing = true;
    const failing = await startSlackLab({ fail: () => isFailing });
    const request = slackSigned(aClick());

    const first = await failing.send(request);
    isFailing = false;
    const second = await failing.send(request);
    const third = await failing.send(request);
    const fired = failing.fired();
    await failing.stop();

    expect(first).toBeGreaterThanOrEqual(500);
    expect([second, third, fired]).toEqual([200, 200, 2]);
  });
});

it('has no Slack route in Socket Mode', async () => {
  const socketMode = await startSlackLab({ isSocketMode: true });

  const status = await socketMode.send(slackSigned(aClick()));
  await socketMode.stop();

  expect(status).toBe(404);
});

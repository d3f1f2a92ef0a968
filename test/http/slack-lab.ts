// A real Bolt behind the guard, on the real server; it counts whatever gets through to it.
import { createHmac } from 'node:crypto';
import { App, ExpressReceiver, LogLevel, type Logger } from '@slack/bolt';
import { createApp } from '../../src/http/app.ts';
import { startHttp } from '../../src/http/server.ts';
import { aLog, anAppDeps } from './lab.ts';
import { bytesOf, exchange, type RawRequest } from './raw.ts';

const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
export const slackPath = '/slack/events';
export const form = 'application/x-www-form-urlencoded';

export type SlackLab = {
  port: number;
  logged: string[];
  /** How often anything of Bolt ran: middleware comes before every handler. */
  fired(): number;
  send(request: Partial<RawRequest>): Promise<number>;
  stop(): Promise<void>;
};

export async function startSlackLab(options: { isSocketMode?: boolean; fail?: () => boolean } = {}): Promise<SlackLab> {
  const logged: string[] = [];
  let fired = 0;
  const log = aLog(logged);
  const logger = quietLogger(logged);
  const app = createApp(
    anAppDeps({
      log,
      slack:
        options.isSocketMode === true
          ? null
          : {
              signingSecret,
              mount: (express) => {
                const receiver = new ExpressReceiver({ app: express, signingSecret, logger });
                const bolt = new App({
                  receiver,
                  authorize: async () => ({ botToken: 'xoxb-test', botId: 'B0', botUserId: 'U0' }),
                  logger,
                });
                bolt.use(async ({ next }) => {
                  fired += 1;
                  if (options.fail?.() === true) throw new Error('the handler failed');
                  await next();
                });
                bolt.action(/.*/, async ({ ack }) => ack());
                bolt.command(/.*/, async ({ ack }) => ack());
              },
            },
    }),
  );
  const server = await startHttp({
    host: '127.0.0.1',
    port: 0,
    platforms: new Map(),
    now: Date.now,
    log,
    inbox: { store: async () => 'stored', close: async () => {} },
    app,
  });
  return {
    port: server.port,
    logged,
    fired: () => fired,
    send: async (request) => {
      const { status } = await exchange(server.port, bytesOf({ path: slackPath, headers: [], ...request }));
      return status;
    },
    stop: async () => server.stop(),
  };
}

function quietLogger(lines: string[]): Logger {
  const keep = (...words: unknown[]): void => void lines.push(words.map(String).join(' '));
  return {
    debug: keep,
    info: keep,
    warn: keep,
    error: keep,
    setLevel: () => {},
    getLevel: () => LogLevel.ERROR,
    setName: () => {},
  };
}

export const click = JSON.stringify({
  type: 'block_actions',
  team: { id: 'T0ACME' },
  user: { id: 'U0ALICE', team_id: 'T0ACME' },
  api_app_id: 'A0',
  actions: [{ type: 'button', action_id: 'approve', block_id: 'b', value: 'v', action_ts: '1' }],
  response_url: 'https://example.test',
  trigger_id: '1.2.3',
});

let serial = 0;

/** A click of its own each time. */
export function aClick(): string {
  serial += 1;
  return `payload=${encodeURIComponent(click.replace('"v"', `"v${serial}"`))}`;
}

export type SigningParts = { secret?: string; at?: number | string; contentType?: string };

export function slackSigned(
  body: Buffer | string,
  parts: SigningParts = {},
): { headers: [string, string][]; body: Buffer } {
  const { secret = signingSecret, at = Math.floor(Date.now() / 1000), contentType = form } = parts;
  const bytes = Buffer.from(body);
  const digest = createHmac('sha256', secret).update(`v0:${at}:`).update(bytes).digest('hex');
  return {
    headers: [
      ['content-type', contentType],
      ['x-slack-request-timestamp', String(at)],
      ['x-slack-signature', `v0=${digest}`],
    ],
    body: bytes,
  };
}

// Each fault that `doctor` can find in Slack, made once, with the remedy that it names.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createLogger } from '../../src/log.ts';
import { callbackIds, slashCommand } from '../../src/slack/action-ids.ts';
import { diagnoseSlack, neededScopes, type SlackDiagnosis } from '../../src/slack/diagnose.ts';
import { startSlack, type SlackOptions, type SlackSandbox } from '../../src/sandbox/slack/index.ts';
import { alice, aPerson } from '../builders.ts';
import { aConfig } from '../flow/lab.ts';
import { appToken, botToken, channel, scopes, workspaceOptions } from './lab.ts';

let workspace: SlackSandbox;

beforeEach(async () => {
  workspace = await startSlack(workspaceOptions());
});

afterEach(async () => {
  await workspace.stop();
});

async function diagnose(
  change: { people?: Parameters<typeof aPerson>[0]; appToken?: string; channel?: string } = {},
): Promise<readonly SlackDiagnosis[]> {
  const people = change.people === undefined ? [alice] : [aPerson(change.people)];
  const slack = {
    enabled: true,
    channel: change.channel ?? channel,
    botToken,
    signingSecret: 'x',
    appToken: change.appToken ?? null,
    apiUrl: workspace.url,
  } as const;
  return diagnoseSlack({ slack, config: aConfig({ people }), log: createLogger('silent'), now: () => 0 });
}

async function restart(options: Partial<SlackOptions>): Promise<void> {
  await workspace.stop();
  workspace = await startSlack(workspaceOptions(options));
}

const bad = (lines: readonly SlackDiagnosis[]) => lines.filter((line) => line.outcome !== 'ok');

describe('doctor', () => {
  it('finds nothing wrong where nothing is', async () => {
    const lines = await diagnose();

    expect(bad(lines)).toEqual([]);
    expect(lines.map((line) => line.name)).toEqual([
      'slack token',
      'slack scopes',
      `slack channel ${channel}`,
      'slack account of alice',
    ]);
  });

  const cases: readonly [string, () => Promise<unknown>, Parameters<typeof diagnose>[0], Partial<SlackDiagnosis>][] = [
    ['a revoked token', async () => workspace.token({ revoked: true }), {}, { outcome: 'fault', name: 'slack token' }],
    [
      'a missing scope',
      async () => workspace.scopes(scopes.filter((scope) => scope !== 'im:write')),
      {},
      { outcome: 'fault', words: 'missing: im:write' },
    ],
    [
      'a scope too many',
      async () => workspace.scopes([...scopes, 'channels:history']),
      {},
      { outcome: 'warning', words: 'more than needed: channels:history' },
    ],
    [
      'a channel that does not exist',
      async () => {},
      { channel: 'C0GONE' },
      { outcome: 'fault', words: "can't be read: channel_not_found" },
    ],
    [
      'a channel without the app',
      async () => workspace.changeChannel({ id: channel, members: ['U0ALICE'] }),
      {},
      { outcome: 'fault', words: 'the app is not a member of #approvals' },
    ],
    [
      'an archived channel',
      async () => workspace.changeChannel({ id: channel, is_archived: true }),
      {},
      { outcome: 'fault', words: '#approvals is archived' },
    ],
    [
      'a shared channel',
      async () => workspace.changeChannel({ id: channel, is_ext_shared: true }),
      {},
      { outcome: 'fault', words: '#approvals is shared with another company, so no card is posted there' },
    ],
    [
      'an invitation to another company',
      async () => workspace.changeChannel({ id: channel, is_pending_ext_shared: true }),
      {},
      { outcome: 'fault', words: '#approvals is shared with another company, so no card is posted there' },
    ],
    [
      'a person without a Slack account',
      async () => {},
      { people: { slack: [] } },
      { outcome: 'warning', words: 'has none, so no vote of theirs counts in Slack' },
    ],
    [
      'a deactivated person',
      async () => workspace.changeUser('U0ALICE', { deleted: true }),
      {},
      { outcome: 'fault', words: 'T0ACME/U0ALICE is deactivated' },
    ],
    [
      'a guest',
      async () => workspace.changeUser('U0ALICE', { is_restricted: true }),
      {},
      { outcome: 'fault', words: 'T0ACME/U0ALICE is a guest, and guests cannot vote' },
    ],
    [
      'an account that does not exist',
      async () => {},
      { people: { slack: ['T0ACME/U0GHOST'] } },
      { outcome: 'fault', words: 'T0ACME/U0GHOST does not exist' },
    ],
    [
      'an account of another workspace',
      async () => {},
      { people: { slack: ['T0OTHER/U0ALICE'] } },
      { outcome: 'fault', words: 'T0OTHER/U0ALICE belongs to another workspace' },
    ],
    [
      'an app token that is none',
      async () => {},
      { appToken: 'xapp-wrong' },
      { outcome: 'fault', name: 'slack socket mode' },
    ],
    ['no answer', async () => workspace.fault({ method: 'auth.test', status: 503 }), {}, { outcome: 'fault' }],
  ];

  for (const [name, wound, change, expected] of cases) {
    it(`names ${name}, and says what to do`, async () => {
      await wound();

      const lines = bad(await diagnose(change));

      expect(lines).toEqual([expect.objectContaining(expected)]);
      expect(lines[0]?.remedy).toMatch(/\w{3,}/);
    });
  }

  it('accepts the app token of Socket Mode', async () => {
    expect(bad(await diagnose({ appToken }))).toEqual([]);
  });

  it('says so when a person is known under two teams and one is wrong', async () => {
    await restart({});

    const lines = bad(await diagnose({ people: { slack: ['T0ACME/U0ALICE', 'T0OTHER/U0ALICE'] } }));

    expect(lines).toHaveLength(1);
  });
});

const manifest = z.object({
  display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
  features: z.object({
    shortcuts: z.array(z.object({ callback_id: z.string(), name: z.string().max(24) })),
    slash_commands: z.array(z.object({ command: z.string(), url: z.string().optional() })),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.string().optional(), bot_events: z.array(z.string()) }),
    interactivity: z.object({ is_enabled: z.literal(true), request_url: z.string().optional() }),
    socket_mode_enabled: z.boolean(),
  }),
});

describe('the app manifests', () => {
  const read = (name: string) => {
    const text = readFileSync(new URL(`../../manifests/${name}`, import.meta.url), 'utf8');
    return manifest.parse(parse(text));
  };

  for (const name of ['slack-app.yaml', 'slack-app.socket.yaml']) {
    it(`${name} asks for exactly what is used`, () => {
      const { features, oauth_config: oauth, settings } = read(name);

      expect(oauth.scopes.bot.toSorted()).toEqual([...neededScopes].toSorted());
      expect(features.slash_commands.map(({ command }) => command)).toEqual([slashCommand]);
      expect(features.shortcuts.map(({ callback_id }) => callback_id)).toEqual([callbackIds.inboxShortcut]);
      expect(settings.event_subscriptions.bot_events.toSorted()).toEqual(
        ['app_home_opened', 'app_uninstalled', 'channel_shared', 'tokens_revoked', 'user_change'].toSorted(),
      );
    });
  }

  it('differ in nothing but the way in', () => {
    const http = read('slack-app.yaml');
    const socket = read('slack-app.socket.yaml');

    expect(http.settings.socket_mode_enabled).toBe(false);
    expect(http.settings.interactivity.request_url).toBe('https://{{HOST}}/slack/events');
    expect(socket.settings.socket_mode_enabled).toBe(true);
    expect(JSON.stringify(socket)).not.toContain('https://{{HOST}}');
  });
});

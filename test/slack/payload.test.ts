// What is believed of a payload, and what is not, as a table.
import { describe, expect, it } from 'vitest';
import { writeButtonValue } from '../../src/slack/action-ids.ts';
import { readActor, readClick, readCommand, readSubmission } from '../../src/slack/listeners/payload.ts';
import type { Workspace } from '../../src/slack/workspace.ts';

const ours: Workspace = { teamId: 'T0ACME', enterpriseId: null, botUserId: 'U0BOT', appId: 'A0ACME' };
const grid: Workspace = { ...ours, enterpriseId: 'E0ACME' };
const person = { team: { id: 'T0ACME' }, user: { id: 'U0ALICE', team_id: 'T0ACME' }, api_app_id: 'A0ACME' };
const value = writeButtonValue({ id: '0d9c7f0e-5a3b-4c61-9a55-2f4f1c1d7e10', fp: 'a'.repeat(64), rev: 1 });
const click = {
  ...person,
  trigger_id: '1.2',
  container: { type: 'message', channel_id: 'C0', message_ts: '1.0' },
  actions: [{ action_id: 'approval.approve', value }],
};

describe('who acted', () => {
  const cases: readonly [string, unknown, Workspace, string | null][] = [
    ['a user of our team', person, ours, 'T0ACME/U0ALICE'],
    ['a user whose team is not said', { ...person, user: { id: 'U0ALICE' } }, ours, 'T0ACME/U0ALICE'],
    [
      'another company in a shared channel, under its own name',
      { ...person, user: { id: 'U0SAM', team_id: 'T0OTHER' } },
      ours,
      'T0OTHER/U0SAM',
    ],
    ['another team', { ...person, team: { id: 'T0OTHER' } }, ours, null],
    ['no team', { ...person, team: null }, ours, null],
    ['another app', { ...person, api_app_id: 'A0OTHER' }, ours, null],
    ['an app that is not said', { ...person, api_app_id: undefined }, ours, 'T0ACME/U0ALICE'],
    ['our app, when Slack did not say which that is', person, { ...ours, appId: null }, 'T0ACME/U0ALICE'],
    [
      'a sister workspace, to be judged by ours',
      { ...person, team: { id: 'T0ACME' }, enterprise: { id: 'E0ACME' }, user: { id: 'W0ALICE', team_id: 'T0SISTER' } },
      grid,
      'T0ACME/W0ALICE',
    ],
    ['another organisation', { ...person, team: null, enterprise: { id: 'E0OTHER' } }, grid, null],
    ['no user', { team: { id: 'T0ACME' } }, ours, null],
    ['nothing', null, ours, null],
    ['a text', 'payload', ours, null],
  ];

  for (const [name, body, workspace, expected] of cases) {
    it(`judges ${name}`, () => {
      expect(readActor(body, workspace)?.slackUser ?? null).toBe(expected);
    });
  }
});

describe('a click', () => {
  it('is one action on one element, with a value that we wrote', () => {
    expect(readClick(click, ours)).toMatchObject({
      slackUser: 'T0ACME/U0ALICE',
      value: { rev: 1 },
      place: { kind: 'message', channel: 'C0', ts: '1.0', isEphemeral: false },
    });
  });

  it('with a value that we did not write has none', () => {
    for (const text of ['', '{}', 'x'.repeat(3000), `${value} `.repeat(2), value.replace('"v":1', '"v":2')]) {
      expect(readClick({ ...click, actions: [{ action_id: 'a', value: text }] }, ours)?.value).toBeNull();
    }
  });

  const refused: readonly [string, unknown][] = [
    ['with two actions', { ...click, actions: [...click.actions, ...click.actions] }],
    ['with no action', { ...click, actions: [] }],
    ['from nowhere', { ...click, container: { type: 'elsewhere' } }],
    ['on a message without a channel', { ...click, container: { type: 'message', message_ts: '1.0' } }],
  ];

  for (const [name, body] of refused) {
    it(`${name} is refused`, () => {
      expect(readClick(body, ours)).toBeNull();
    });
  }

  it('in a form or on Home is known as such', () => {
    const container = { type: 'view', view_id: 'V1' };

    expect(readClick({ ...click, container, view: { type: 'modal' } }, ours)?.place).toEqual({
      kind: 'modal',
      viewId: 'V1',
    });
    expect(readClick({ ...click, container, view: { type: 'home' } }, ours)?.place).toEqual({ kind: 'home' });
  });
});

describe('a submission', () => {
  const view = {
    id: 'V1',
    private_metadata: JSON.stringify({ approvalId: 'x', fingerprint: 'a'.repeat(64), shown: 'b'.repeat(64) }),
    state: { values: { reason: { reason: { type: 'plain_text_input', value: 'because' } } } },
  };

  it('gives what was entered, by block and action', () => {
    const submission = readSubmission({ ...person, view }, ours);

    expect(submission?.metadata).toMatchObject({ approvalId: 'x' });
    expect(submission?.inputAt({ block: 'reason', action: 'reason' })).toEqual(['because']);
    expect(submission?.inputAt({ block: 'compared', action: 'compared' })).toBeNull();
  });

  it('with metadata that we did not write has none', () => {
    const odd = { ...view, private_metadata: '{"approvalId":"x"}' };

    expect(readSubmission({ ...person, view: odd }, ours)?.metadata).toBeNull();
  });
});

describe('a command', () => {
  const command = {
    team_id: 'T0ACME',
    user_id: 'U0ALICE',
    channel_id: 'C0',
    api_app_id: 'A0ACME',
    text: '  show   x ',
  };

  it('is its words', () => {
    expect(readCommand(command, ours)).toMatchObject({ slackUser: 'T0ACME/U0ALICE', words: ['show', 'x'] });
  });

  it('of another team is refused', () => {
    expect(readCommand({ ...command, team_id: 'T0OTHER' }, ours)).toBeNull();
  });
});

// One card per approval, whatever Slack answers, and its error where a person can see it.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { listAttention } from '../../src/flow/list-attention.ts';
import { actionIds } from '../../src/slack/action-ids.ts';
import { anActivity, anApproval, minuteMs } from '../builders.ts';
import { aConfig } from '../flow/lab.ts';
import { channel, openProcess, openSlackLab, type SlackLab } from './lab.ts';

let lab: SlackLab;

beforeEach(async () => {
  lab = await openSlackLab();
});

afterEach(async () => {
  onCrashPoint(null);
  await lab.close();
});

const posts = () => lab.workspace.calls('chat.postMessage').filter((call) => call.args['channel'] === channel);
const updates = () => lab.workspace.calls('chat.update').filter((call) => call.args['channel'] === channel);
const attention = async () => (await listAttention(lab.ctx)).map((entry) => entry.words).join('\n');

describe('a card', () => {
  it('is posted once its first evaluation is there, and not before', async () => {
    lab.world.approvals.set(anApproval().id, anApproval());

    const ran = await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });

    expect(ran.indexOf('evaluate')).toBeLessThan(ran.lastIndexOf('sync-card'));
    expect(posts()).toHaveLength(1);
    expect(updates()).toHaveLength(0);
    expect(await lab.cardRow()).toMatchObject({ ts: lab.cards()[0]?.ts, error: null });
  });

  it('is not touched while nothing changes', async () => {
    const row = await lab.arrive();
    const before = lab.workspace.calls().length;

    await lab.run({ kind: 'sync-card', approvalId: row.id });
    await lab.run({ kind: 'sync-card', approvalId: row.id });

    expect(lab.workspace.calls().length - before).toBe(0);
  });

  it('changes at most once a second, and the last change wins', async () => {
    const row = await lab.arrive();
    const before = updates().length;

    for (const memo of ['one', 'two', 'three']) {
      lab.world.approvals.set(anApproval().id, anApproval({ activity: anActivity({ memo }) }));
      lab.clock.now += 100;
      await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
    }
    const within = updates().length - before;
    await lab.advance(1000);

    expect(within).toBe(1);
    expect(updates().length - before).toBe(2);
    expect(JSON.stringify(lab.cards()[0]?.blocks)).toContain('three');
    expect(row.id).toBeDefined();
  });

  it('does not exist for a connection that only observes', async () => {
    await lab.close();
    const [first] = aConfig().connections;
    if (first === undefined) throw new Error('no connection');
    lab = await openSlackLab({ config: { connections: [{ ...first, mode: 'observe' }] } });

    await lab.arrive();

    expect(lab.workspace.calls('chat.postMessage')).toEqual([]);
  });
});

describe('two workers', () => {
  it('never post two cards', async () => {
    const other = await openProcess(lab);
    lab.world.approvals.set(anApproval().id, anApproval());
    lab.workspace.fault({ method: 'chat.postMessage', delayMs: 200, times: 1 });
    // Everything but the card, as if its workers were late.
    const held = lab.tasks.syncCard;
    lab.tasks.syncCard = async () => ({ kind: 'done' });
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
    lab.tasks.syncCard = held;
    const input = { approvalId: (await lab.row()).id };

    const results = await Promise.all([
      lab.tasks.syncCard(input),
      other.tasks.syncCard(input),
      lab.tasks.syncCard(input),
      other.tasks.syncCard(input),
    ]);

    expect(posts()).toHaveLength(1);
    expect(lab.cards()).toHaveLength(1);
    expect(results.filter((result) => result.kind === 'failed')).toEqual([]);
    await other.slack.stop();
  });
});

describe("Slack's refusals", () => {
  const cases: readonly [string, (at: SlackLab) => unknown, (at: SlackLab) => unknown][] = [
    ['is_archived', (at) => at.workspace.changeChannel({ id: channel, is_archived: true }), unarchive],
    [
      'not_in_channel',
      (at) => at.workspace.changeChannel({ id: channel, members: ['U0ALICE'] }),
      (at) => at.workspace.changeChannel({ id: channel, members: ['U0ALICE', 'U0BOT'] }),
    ],
    ['token_revoked', (at) => at.workspace.token({ revoked: true }), token],
    ['invalid_auth', (at) => at.workspace.token({ revoked: true, error: 'invalid_auth' }), token],
    ['account_inactive', (at) => at.workspace.token({ revoked: true, error: 'account_inactive' }), token],
    ['channel_not_found', always('channel_not_found'), clear],
    ['restricted_action', always('restricted_action'), clear],
    [
      'channel_is_externally_shared',
      (at) => at.workspace.changeChannel({ id: channel, is_ext_shared: true }),
      (at) => at.workspace.changeChannel({ id: channel, is_ext_shared: false }),
    ],
    [
      'channel_is_externally_shared',
      (at) => at.workspace.changeChannel({ id: channel, is_pending_ext_shared: true }),
      (at) => at.workspace.changeChannel({ id: channel, is_pending_ext_shared: false }),
    ],
  ];

  for (const [error, wound, heal] of cases) {
    it(`${error}: stands in the attention list, and the card comes when it is mended`, async () => {
      await wound(lab);
      const row = await lab.arrive();
      await lab.advance(60_000);
      const seen = await attention();
      const before = lab.cards().length;

      await heal(lab);
      await lab.advance(2 * minuteMs);
      await lab.run({ kind: 'sync-card', approvalId: row.id });

      expect(seen).toContain(error);
      expect(before).toBe(0);
      expect(lab.cards()).toHaveLength(1);
      expect((await lab.cardRow())?.error).toBeNull();
    });
  }

  for (const error of ['msg_blocks_too_long', 'msg_too_long', 'invalid_blocks']) {
    it(`${error}: a shorter card without Approve stands in, and says so`, async () => {
      lab.workspace.fault({ method: 'chat.postMessage', channel, error, times: 1 });

      await lab.arrive();

      const [short] = lab.cards();
      expect(lab.cards()).toHaveLength(1);
      expect(JSON.stringify(short?.blocks)).not.toContain(actionIds.approve);
      expect(JSON.stringify(short?.blocks)).toContain(actionIds.details);
      expect(await attention()).toContain(error);
      lab.world.approvals.set(anApproval().id, anApproval({ activity: anActivity({ memo: 'short' }) }));
      await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
      await lab.settle();
      expect(JSON.stringify(lab.cards()[0]?.blocks)).toContain(actionIds.approve);
      expect((await lab.cardRow())?.error).toBeNull();
    });
  }

  it('a channel that becomes shared: the card in it is not changed any more', async () => {
    const row = await lab.arrive();
    await lab.workspace.changeChannel({ id: channel, is_ext_shared: true });

    lab.world.approvals.set(anApproval().id, anApproval({ activity: anActivity({ memo: 'a secret' }) }));
    await lab.run({ kind: 'refresh', connection: 'treasury', platformId: anApproval().id });
    await lab.settle();

    expect(JSON.stringify(lab.cards())).not.toContain('a secret');
    expect(await attention()).toContain('channel_is_externally_shared');
    expect(row.id).toBeDefined();
  });
});

describe("Slack's weather", () => {
  it('a 429 is waited out for as long as Slack says', async () => {
    lab.workspace.fault({ method: 'chat.postMessage', channel, retryAfter: 7, times: 1 });
    const row = await lab.arrive();

    await lab.advance(3000);
    const early = lab.cards().length;
    await lab.advance(5000);

    expect(early).toBe(0);
    expect(lab.cards()).toHaveLength(1);
    expect((await lab.cardRow())?.error).toBeNull();
    expect(row.id).toBeDefined();
  });

  for (const [name, fault] of [
    ['a 503', { status: 503 }],
    ['a cut connection', { drop: true }],
    ['internal_error', { error: 'internal_error' }],
    ['an answer that never comes', { timeoutAfterApply: true }],
  ] as const) {
    it(`${name} is tried again`, async () => {
      lab.workspace.fault({ method: 'chat.postMessage', channel, times: 1, ...fault });
      await lab.arrive();

      await lab.advance(minuteMs);

      expect(await lab.cardRow()).toMatchObject({ error: null, ts: lab.cards().at(-1)?.ts });
      expect(lab.errors.length).toBeGreaterThan(0);
    });
  }
});

function unarchive(at: SlackLab) {
  return at.workspace.changeChannel({ id: channel, is_archived: false });
}

function token(at: SlackLab) {
  return at.workspace.token({ revoked: false });
}

function clear(at: SlackLab) {
  at.workspace.clearFaults();
}

function always(error: string) {
  return (at: SlackLab) => at.workspace.fault({ method: 'chat.postMessage', channel, error, times: 50 });
}

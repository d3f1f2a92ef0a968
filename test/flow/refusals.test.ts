import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../src/domain/person.ts';
import { castVote } from '../../src/flow/cast-vote.ts';
import {
  anActivity,
  anApproval,
  aGroup,
  aPolicy,
  aVotingRule,
  alice,
  bob,
  carol,
  everybody,
  hourMs,
  noon,
  serviceAccount,
} from '../builders.ts';
import { openLab, type Lab } from './lab.ts';

let lab: Lab;

beforeEach(async () => {
  lab = await openLab();
});

afterEach(async () => {
  await lab.close();
});

describe('a vote is refused', () => {
  it.each([
    { name: 'to the initiator', arrange: async () => lab.vote('dave'), refusal: { kind: 'initiator' } },
    {
      name: 'to a Slack user that nobody configured',
      arrange: async () => lab.vote('mallory'),
      refusal: { kind: 'unknown-person' },
    },
    {
      name: 'on other content than the current one',
      arrange: async () => lab.vote('alice', 'approve', { fingerprint: 'f'.repeat(64) }),
      refusal: { kind: 'changed-content' },
    },
  ])('$name', async ({ arrange, refusal }) => {
    await lab.arrive();

    const result = await arrange();

    expect(result).toEqual({ kind: 'refused', refusal });
  });

  it('to the initiator who is also listed as an approver', async () => {
    await lab.close();
    lab = await openLab({ groups: [aVotingRule({ automation: false, approvers: ['alice', 'bob', 'dave'] })] });
    await lab.arrive();

    expect(await lab.vote('dave')).toEqual({ kind: 'refused', refusal: { kind: 'initiator' } });
  });

  it('to the owner of the service account that asked', async () => {
    await lab.close();
    lab = await openLab({
      people: everybody.map((person) => (person.id === 'alice' ? { ...person, owns: ['us-payouts'] } : person)),
    });
    await lab.arrive(anApproval({ initiator: { account: 'us-payouts', serviceAccount: true } }));

    expect(await lab.vote('alice')).toEqual({
      kind: 'refused',
      refusal: { kind: 'owns-initiator', account: 'us-payouts' },
    });
  });

  it.each(['deactivated', 'guest', 'bot', 'external', 'never-signed-in'] as const)(
    'to somebody whom Slack calls %s',
    async (reason) => {
      await lab.arrive();
      lab.voters.set('T0ACME/U0ALICE', { kind: 'refused', reason });

      expect(await lab.vote('alice')).toEqual({ kind: 'refused', refusal: { kind: reason } });
    },
  );

  it('while Slack cannot be reached', async () => {
    await lab.arrive();
    lab.voters.set('T0ACME/U0ALICE', { kind: 'unreachable', reason: 'timeout' });

    expect(await lab.vote('alice')).toEqual({ kind: 'refused', refusal: { kind: 'slack-unreachable' } });
  });

  it('to somebody whom the group on the platform does not list', async () => {
    const group = aGroup({
      approvers: { kind: 'listed', accounts: [serviceAccount, ...accounts(alice), ...accounts(bob)] },
    });
    await lab.arrive(anApproval({ policies: [aPolicy({ groups: [group] })] }));

    expect(await lab.vote('carol')).toEqual({ kind: 'refused', refusal: { kind: 'not-listed-on-platform' } });
  });

  it('when less time is left than sending may take', async () => {
    await lab.arrive();
    lab.clock.now = noon + 4 * hourMs - 10_000;

    expect(await lab.vote('alice')).toEqual({ kind: 'refused', refusal: { kind: 'too-late' } });
  });

  it('once our vote is spent', async () => {
    await lab.arrive(
      anApproval({ policies: [aPolicy({ groups: [aGroup()] }), aPolicy({ id: 'plc-2', groups: [peopleOnly()] })] }),
    );
    await lab.vote('alice');
    await lab.vote('bob');
    await lab.advance(30_000);

    expect((await lab.row()).state).toBe('sent');
    expect(await lab.vote('carol')).toEqual({ kind: 'refused', refusal: { kind: 'vote-spent' } });
  });
});

describe('Slack votes release only plain transfers', () => {
  it.each([
    { name: 'a contract call', activity: anActivity({ kind: 'contract-call' }) },
    { name: 'a policy change', activity: anActivity({ kind: 'policy-change' }) },
    { name: 'an unknown kind', activity: anActivity({ kind: 'unknown' }) },
    { name: 'a transfer without a price', activity: anActivity({ price: null }) },
    {
      name: 'a transfer with a price from yesterday',
      activity: anActivity({ price: { perToken: '1', currency: 'USD', quotedAt: noon - 25 * hourMs } }),
    },
    { name: 'a transfer above the ceiling', activity: anActivity({ amountBase: '1001000000000' }) },
    {
      name: 'a transfer with a field that could not be read',
      activity: anActivity({ unread: ['the amount came as a number'] }),
    },
  ])('$name is decided on the platform', async ({ activity }) => {
    await lab.arrive(anApproval({ activity }));

    const result = await lab.vote('alice');

    expect(result).toMatchObject({ kind: 'refused', refusal: { kind: 'platform-only' } });
  });

  it('and never more than the ceiling in 24 hours', async () => {
    for (const [index, id] of ['ap-1', 'ap-2', 'ap-3'].entries()) {
      await lab.arrive(anApproval({ id, activity: anActivity({ amountBase: '900000000000' }) }));
      const row = await lab.row(id);
      for (const person of [alice, bob]) {
        const result = await castVote(lab.ctx, {
          approvalId: row.id,
          slackUser: person.slack[0] ?? '',
          choice: 'approve',
          reason: null,
          fingerprint: row.fingerprint ?? '',
          shownDigest: 'd'.repeat(64),
        });
        expect(result.kind, `${id} by ${person.id}`).toBe(index < 2 ? 'counted' : 'refused');
      }
      await lab.advance(30_000);
    }
    expect(lab.world.sent.map((entry) => entry.approvalId)).toEqual(['ap-1', 'ap-2']);
  });
});

function accounts(person: Person): readonly string[] {
  return Object.values(person.accounts).flat();
}

function peopleOnly() {
  return aGroup({
    key: 'plc-2/Compliance',
    policyId: 'plc-2',
    name: 'Compliance',
    approvers: { kind: 'listed', accounts: [...accounts(carol)] },
    serviceAccountsCanApprove: false,
  });
}

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mayCount, type Eligibility } from '../../src/domain/eligibility.ts';
import { personOfSlackUser } from '../../src/domain/person.ts';
import {
  alice,
  aGroup,
  anApproval,
  aPerson,
  aVotingRule,
  bob,
  carol,
  connection,
  dave,
  everybody,
  hourMs,
  noon,
} from '../builders.ts';

type Given = Partial<Parameters<typeof mayCount>[0]>;

function asked(given: Given = {}): Eligibility {
  return mayCount({
    approval: anApproval(),
    connection,
    group: aGroup(),
    rule: aVotingRule(),
    person: alice,
    changedPeople: new Map(),
    seenAt: noon,
    coolingMs: 24 * hourMs,
    now: noon + hourMs,
    ...given,
  });
}

const by = (account: string) => ({ approval: anApproval({ initiator: { account, serviceAccount: null } }) });
const [aliceAccount = ''] = alice.accounts[connection] ?? [];

describe('who may count', () => {
  test('a listed approver with an account that the group lists, who did not ask', () => {
    expect(asked()).toEqual({ kind: 'eligible' });
  });

  test('in a group that lets anyone approve, any approver with an account', () => {
    expect(asked({ group: aGroup({ approvers: { kind: 'anyone' } }) })).toEqual({ kind: 'eligible' });
  });

  test('somebody one of whose accounts is listed', () => {
    const person = aPerson({ accounts: { [connection]: ['us-second', aliceAccount] } });

    expect(asked({ person })).toEqual({ kind: 'eligible' });
  });

  test('somebody who changed before the approval was there, after the cooling time', () => {
    const changedPeople = new Map([['alice', noon - 24 * hourMs]]);

    expect(asked({ changedPeople })).toEqual({ kind: 'eligible' });
  });

  test('somebody else who changed just now does not keep Alice from voting', () => {
    expect(asked({ changedPeople: new Map([['bob', noon]]) })).toEqual({ kind: 'eligible' });
  });
});

describe('who may not, one refusal each', () => {
  test.each<readonly [string, Given, string]>([
    ['somebody who is no approver', { person: dave }, 'not-an-approver'],
    ['anybody, when nobody knows who asked', { approval: anApproval({ initiator: null }) }, 'initiator-unknown'],
    ['the initiator', by(aliceAccount), 'initiator'],
    [
      'the initiator by another of their accounts',
      { ...by('us-second'), person: aPerson({ accounts: { [connection]: [aliceAccount, 'us-second'] } }) },
      'initiator',
    ],
    [
      'who runs the service account that asked',
      { ...by('us-payroll'), person: aPerson({ owns: ['us-payroll'] }) },
      'owns-initiator',
    ],
    ['somebody without an account there', { person: aPerson({ accounts: {} }) }, 'no-account'],
    [
      'somebody with an account on another connection only',
      { person: aPerson({ accounts: { ops: [aliceAccount] } }) },
      'no-account',
    ],
    [
      'somebody whom the group does not list',
      { group: aGroup({ approvers: { kind: 'listed', accounts: ['us-x'] } }) },
      'not-listed-on-platform',
    ],
    [
      'anybody, in a group that lists nobody',
      { group: aGroup({ approvers: { kind: 'listed', accounts: [] } }) },
      'not-listed-on-platform',
    ],
    [
      'somebody who changed within the cooling time',
      { changedPeople: new Map([['alice', noon - 1]]), now: noon + 24 * hourMs - 2 },
      'recently-changed',
    ],
    [
      'somebody who changed after the approval was there',
      { changedPeople: new Map([['alice', noon + 1]]), now: noon + 99 * hourMs },
      'recently-changed',
    ],
  ])('%s', (_, given, refusal) => {
    expect(asked(given)).toMatchObject({ kind: 'refused', refusal: { kind: refusal } });
  });

  test('the initiator even where the platform would let them', () => {
    expect(asked({ ...by(aliceAccount), group: aGroup({ initiatorCanApprove: true }) })).toMatchObject({
      kind: 'refused',
    });
  });

  test('without a cooling time, still nobody who changed after the approval was there', () => {
    const given = { changedPeople: new Map([['alice', noon + 1]]), coolingMs: 0, now: noon + hourMs };

    expect(asked(given)).toMatchObject({ refusal: { kind: 'recently-changed' } });
  });

  test('the time until when is told', () => {
    expect(asked({ changedPeople: new Map([['alice', noon]]), now: noon + hourMs })).toEqual({
      kind: 'refused',
      refusal: { kind: 'recently-changed', until: noon + 24 * hourMs },
    });
  });
});

describe('whoever asked', () => {
  test('is never among those who may count, whatever accounts and owners there are', () => {
    const accounts = fc.subarray(['us-1', 'us-2', 'us-3', 'us-bot'], { minLength: 1 });

    fc.assert(
      fc.property(
        accounts,
        fc.subarray(['us-bot', 'us-2']),
        fc.constantFrom('us-1', 'us-2', 'us-bot'),
        (own, owns, initiator) => {
          const person = aPerson({ accounts: { [connection]: own }, owns });
          const group = aGroup({ approvers: { kind: 'anyone' }, initiatorCanApprove: true });

          const eligible = asked({ ...by(initiator), person, group }).kind === 'eligible';

          expect(eligible).toBe(!own.includes(initiator) && !owns.includes(initiator));
        },
      ),
    );
  });
});

describe('whose Slack user it is', () => {
  test('exactly the one person who has it', () => {
    expect(personOfSlackUser(everybody, 'T0ACME/U0BOB')).toBe(bob);
  });

  test.each(['U0BOB', 'T0OTHER/U0BOB', 't0acme/u0bob', 'T0ACME/U0BOB ', 'Bob Brown', ''])('%j is nobody', (user) => {
    expect(personOfSlackUser(everybody, user)).toBeNull();
  });

  test('nobody, when two people claim it', () => {
    expect(personOfSlackUser([...everybody, { ...carol, id: 'twin' }], 'T0ACME/U0CAROL')).toBeNull();
  });
});

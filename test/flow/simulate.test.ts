import { describe, expect, it } from 'vitest';
import { checks, checksFor } from '../../src/checks/index.ts';
import { defineCheck, pass } from '../../src/checks/found.ts';
import type { Rulebook } from '../../src/domain/rulebook.ts';
import { isPure, nothingSpent, simulate, simulatedView, type SimulationInput } from '../../src/flow/simulate.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { faceOf } from '../../src/slack/views/status.ts';
import {
  aFinding,
  anActivity,
  anApproval,
  aVotingRule,
  connection,
  everybody,
  newRecipient,
  noon,
  serviceAccount,
} from '../builders.ts';

function rulebookOf(must = ''): Rulebook {
  const reading = parseRulebook(`
version: 1
rules:
  - id: routine
    title: Routine payouts
    stage: live
    when:
      - { kind: activity, in: [transfer] }
      - { kind: amount, atMost: 1000000 USD }
      - { kind: recipient, in: ['${newRecipient}'] }
    ${must}
`);
  if (reading.kind !== 'ok') throw new Error(JSON.stringify(reading));
  return reading.rulebook;
}

const spentRule = rulebookOf('must: [{ kind: spent, window: 24h, per: wallet, count: 3 }]');

const historyCheck = defineCheck({
  name: 'look-alike',
  title: 'Look-alike',
  needs: { recipients: true },
  answer: () => pass('must not be asked'),
});

function input(overrides: Partial<SimulationInput> = {}): SimulationInput {
  return {
    connection,
    approval: anApproval(),
    rulebook: rulebookOf(),
    serviceAccount,
    at: noon,
    spent: {},
    demoted: [],
    checks: checks.filter(isPure),
    found: [],
    ...overrides,
  };
}

const around = { groups: [aVotingRule()], people: everybody, connections: [] };
const view = { approval: anApproval(), connection, serviceAccount, around, decideUrl: 'https://app.dfns.io/policies' };

describe('simulate', () => {
  it('approves what a live rule allows and every check passed', async () => {
    const { verdict, notAsked } = await simulate(input());

    expect(verdict).toMatchObject({ kind: 'approve', rule: 'routine' });
    expect(notAsked).toEqual([]);
  });

  it('keeps the whole trace, with what was wanted and what was seen', async () => {
    const { findings } = await simulate(input());

    const trace = findings.find(({ check }) => check === 'rulebook')?.evidence['trace'];
    expect(trace).toContain('wanted: at most 1,000,000.00 USD; seen: 249,975.00 USD');
  });

  it('abstains without a rulebook', async () => {
    const { verdict } = await simulate(input({ rulebook: null }));

    expect(verdict.kind).toBe('abstain');
  });

  it('abstains when a check does not pass, whatever the rulebook allows', async () => {
    const approval = anApproval({ initiator: { account: serviceAccount, serviceAccount: true } });

    const { verdict } = await simulate(input({ approval }));

    expect(verdict).toMatchObject({ kind: 'abstain', reasons: [expect.stringContaining('never approves its own')] });
  });

  it('names the checks that it does not ask, with what they need, and never lets them pass', async () => {
    const { findings, notAsked } = await simulate(input({ checks: [...checks.filter(isPure), historyCheck] }));

    expect(notAsked).toEqual([{ name: 'look-alike', title: 'Look-alike', needs: 'who was paid before' }]);
    expect(findings.map(({ check }) => check)).not.toContain('look-alike');
  });

  it('asks nobody outside: a configured screening service is named, not called', async () => {
    const screening = {
      ask: async () => {
        throw new Error('it was asked');
      },
      deadlineMs: 1000,
    };
    const all = checksFor({
      sanctions: null,
      denylist: null,
      allowlist: null,
      screening,
      firstPayment: false,
      networkHistory: false,
      duplicatesWithinMs: null,
    });

    const { notAsked } = await simulate(input({ checks: all }));

    expect(notAsked.map(({ name }) => name)).toContain('screening');
  });

  it('takes what such a check found when the approval was evaluated', async () => {
    const found = [aFinding({ check: 'look-alike', outcome: 'stop', words: 'it looks like somebody else' })];

    const { verdict, notAsked } = await simulate(input({ checks: [...checks.filter(isPure), historyCheck], found }));

    expect(notAsked).toEqual([]);
    expect(verdict).toMatchObject({ kind: 'abstain', reasons: ['Asset: it looks like somebody else'] });
  });

  it('does not know what was spent, so a limit over time abstains', async () => {
    const { verdict, findings } = await simulate(input({ rulebook: spentRule }));

    expect(verdict.kind).toBe('abstain');
    expect(findings.at(-1)?.outcome).toBe('unavailable');
  });

  it('approves below a limit over time when nothing was spent', async () => {
    const { verdict } = await simulate(input({ rulebook: spentRule, spent: nothingSpent(spentRule) }));

    expect(verdict.kind).toBe('approve');
  });

  it('leaves a rule that fell back to shadow out', async () => {
    const { verdict } = await simulate(input({ demoted: ['routine'] }));

    expect(verdict.kind).toBe('abstain');
  });
});

describe('the card of a simulation', () => {
  it('is approved where our vote alone would do', async () => {
    expect(faceOf(simulatedView(await simulate(input()), view))).toBe('approved-automatically');
  });

  it('waits for people where the verdict abstains', async () => {
    const simulation = await simulate(input({ rulebook: null }));

    expect(faceOf(simulatedView(simulation, view))).toBe('abstained');
  });

  it('waits for people where a group lets no verdict vote', async () => {
    const simulation = await simulate(input());

    const shown = simulatedView(simulation, {
      ...view,
      around: { ...around, groups: [aVotingRule({ automation: false })] },
    });

    expect(shown.state).toBe('pending');
    expect(shown.decision).toBeNull();
  });

  it('has no groups and no people without a configuration', async () => {
    const approval = anApproval({ policies: [], activity: anActivity() });

    const shown = simulatedView(await simulate(input({ approval })), { ...view, approval, around: null });

    expect(shown.standing).toEqual([]);
    expect(shown.initiator.person).toBeNull();
  });
});

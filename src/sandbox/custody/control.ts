// What a test, the demo page or the story makes the platform do; none of it exists on a real one.
import { statusOf } from './answer.ts';
import { announce, mutate, shownOf } from './approvals.ts';
import { addCredential } from './auth.ts';
import { decide } from './decisions.ts';
import { raise } from './deliveries.ts';
import { addFault, clearFaults } from './faults.ts';
import type { Json, JsonObject } from './json.ts';
import { ledgerSchema } from './ledger.ts';
import type { DecisionCall, DecisionValue, Fault, FaultInput, Ledger, Policy } from './ledger.ts';
import { bot } from '../company.ts';
import { editPolicy } from './policies.ts';
import { watchExpiry } from './resolution.ts';
import { playScene } from './scenes.ts';
import type { SceneName, SceneOverrides } from './scenes.ts';
import { addWebhook } from './webhooks.ts';
import type { ApprovalRecord, Organisation, Webhook, World } from './world.ts';

export interface DecisionByHand {
  userId: string;
  value: DecisionValue;
  reason?: string | undefined;
}

export type OrganisationSettings = Partial<Omit<Organisation, 'id'>>;

export type Done<T> = { kind: 'done'; value: T } | { kind: 'refused'; status: number; message: string };

const done = <T>(value: T): Done<T> => ({ kind: 'done', value });
const no = (status: number, message: string): Done<never> => ({ kind: 'refused', status, message });

export type Control = ReturnType<typeof createControl>;

export function createControl(world: World) {
  const settled = (): Promise<void> => world.courier.settled();

  return {
    now: (): number => world.clock.now(),
    /** Resolves when every delivery under way has its answer. */
    settled,
    ledger: (): Ledger => ledgerOf(world),

    play(name: SceneName, overrides: SceneOverrides = {}): { approvalId: string } {
      return { approvalId: playScene(world, name, overrides).approval.id };
    },

    /** A person decides in the dashboard. */
    decide: (approvalId: string, decision: DecisionByHand): Done<JsonObject> =>
      decideByHand(world, approvalId, decision, 'dashboard'),

    /** A decision by the bot's own account that the bot did not make. */
    decideForeign: (approvalId: string, value: DecisionValue): Done<JsonObject> =>
      decideByHand(world, approvalId, { userId: bot.userId, value, reason: 'not by the bot' }, 'foreign'),

    mutate(approvalId: string, path: string, value: Json | undefined): Done<JsonObject> {
      return onApproval(world, approvalId, (record) => {
        if (!mutate(world, record, path, value)) return no(400, `nothing at ${path}`);
        watchExpiry(world, record);
        return done(shownOf(record));
      });
    },

    editPolicy(policyId: string, patch: JsonObject): Done<Policy> {
      if (!world.policies.has(policyId)) return no(404, 'no such policy');
      const edited = editPolicy(world, policyId, patch);
      return edited ? done(edited) : no(400, 'that is not a policy');
    },

    addFault: (input: FaultInput): Fault => ({ ...addFault(world, input) }),
    clearFaults: (id?: string): void => clearFaults(world, id),

    /** Moves the platform's clock; what falls due (retries, expiry, execution) has happened when it resolves. */
    advance: (byMs: number): Promise<void> => world.clock.advance(byMs, settled),

    deliver(approvalId: string, kind?: string): Done<{ kind: string }> {
      return onApproval(world, approvalId, (record) => {
        const usual = record.approval.status === 'Pending' ? 'policy.approval.pending' : 'policy.approval.resolved';
        announce(world, record, kind ?? usual);
        return done({ kind: kind ?? usual });
      });
    },

    /** Any event with any data: for what the platform does not do by itself. */
    raise: (kind: string, data: JsonObject): void => raise(world, { kind, data, approvalId: null }),

    dropWebhooks(on: boolean): void {
      world.droppingWebhooks = on;
    },

    /** Registers a webhook without the signing that the API asks for. */
    addWebhook: (input: Parameters<typeof addWebhook>[1]): Webhook => addWebhook(world, input),

    setOrganisation(settings: OrganisationSettings): void {
      Object.assign(world.org, settings);
    },

    setPermissions(userId: string, permissions: string[]): Done<{ userId: string; permissions: string[] }> {
      const identity = world.identities.get(userId);
      if (identity === undefined) return no(404, 'no such user');
      identity.permissions = permissions;
      return done({ userId, permissions });
    },

    addCredential: (userId: string, key: { credentialId: string; publicKeyPem: string }): void =>
      addCredential(world, userId, key),

    /** A bearer token that works from now on, or no longer does. */
    setToken(token: string, userId: string | null): void {
      if (userId === null) world.tokens.delete(token);
      else world.tokens.set(token, userId);
    },
  };
}

function onApproval<T>(world: World, approvalId: string, act: (record: ApprovalRecord) => Done<T>): Done<T> {
  const record = world.approvals.get(approvalId);
  return record ? act(record) : no(404, 'no such approval');
}

function decideByHand(
  world: World,
  approvalId: string,
  decision: DecisionByHand,
  via: DecisionCall['via'],
): Done<JsonObject> {
  const identity = world.identities.get(decision.userId);
  if (identity === undefined) return no(404, 'no such user');
  const outcome = decide(world, { approvalId, identity, value: decision.value, reason: decision.reason });
  const status = outcome.kind === 'applied' ? 200 : (statusOf(outcome.answer) ?? 500);
  world.decisionCalls.push({
    at: world.clock.now(),
    approvalId,
    userId: decision.userId,
    value: decision.value,
    reason: decision.reason ?? null,
    status,
    applied: outcome.kind === 'applied',
    via,
    fault: null,
  });
  return outcome.kind === 'applied' ? done(shownOf(outcome.record)) : no(status, 'the platform refused the decision');
}

function ledgerOf(world: World): Ledger {
  const { serviceAccountsActivated, announceExpiry, rateLimitPerMinute } = world.org;
  // Parsed by its own schema: a copy, and a proof that what is promised is what is told.
  return ledgerSchema.parse({
    now: world.clock.now(),
    organisation: { serviceAccountsActivated, announceExpiry, rateLimitPerMinute },
    approvals: [...world.approvals.values()].map((record) => ({
      // As it is: distortions concern only what the API shows.
      approval: record.approval,
      history: record.history,
    })),
    decisionCalls: world.decisionCalls,
    deliveries: world.deliveries,
    faults: world.faults,
    policies: [...world.policies.values()],
    calls: { ...world.calls },
  });
}

// The stage that the story is played on: levers and eyes over plain HTTP, and claims that hold or do not.
import { z } from 'zod';
import { bot } from '../company.ts';
import { slackApp } from '../index.ts';
import { ledgerSchema, type DecisionCall, type Ledger } from '../custody/ledger.ts';
import { slackStateSchema, type SlackState } from './seen.ts';

/** A claim that did not hold: what was expected, and what was there instead. */
export class BrokenClaim extends Error {
  readonly claim: string;
  readonly seen: string;

  constructor(claim: string, seen: string) {
    super(`expected: ${claim}; seen: ${seen}`);
    this.name = 'BrokenClaim';
    this.claim = claim;
    this.seen = seen;
  }
}

/** What a look found: the thing itself, or what was there instead, in words. */
export type Look<T> = { kind: 'found'; value: T } | { kind: 'not-yet'; seen: string };

export const found = <T>(value: T): Look<T> => ({ kind: 'found', value });
export const notYet = (seen: string): Look<never> => ({ kind: 'not-yet', seen });
/** For looks that give nothing but themselves. */
export const when = (isSo: boolean, seen: string): Look<true> => (isSo ? found(true) : notYet(seen));

export interface StageOptions {
  custodyUrl: string;
  /** Where the workspace's `/_sandbox/` is. */
  slackUrl: string;
  /** How long a claim may take to become true. */
  patienceMs: number;
  /** One line per claim. */
  print: (line: string) => void;
}

const lookEveryMs = 40;
const callTimeoutMs = 15_000;

export type Stage = ReturnType<typeof createStage>;

export function createStage(options: StageOptions) {
  const { patienceMs, print } = options;
  const custody = controlsAt(options.custodyUrl);
  const slack = controlsAt(options.slackUrl);
  /** Approvals that somebody rejected in Slack: nowhere else may a denial of the service account come from. */
  const rejectedInSlack = new Set<string>();
  /** What was on the platform before the curtain rose is not part of the story. */
  const before = new Set<string>();

  const held = (claim: string, startedAt: number): void =>
    print(`✓ ${claim}  (${seconds(performance.now() - startedAt)})`);

  return {
    custody,
    slack,
    rejectedInSlack,
    before,
    print,
    patienceMs,

    /** Looks again and again until it is so. */
    async soon<T>(claim: string, look: () => Promise<Look<T>>, withinMs = patienceMs): Promise<T> {
      const startedAt = performance.now();
      for (;;) {
        const seen = await look();
        if (seen.kind === 'found') {
          held(claim, startedAt);
          return seen.value;
        }
        if (performance.now() - startedAt > withinMs) throw new BrokenClaim(claim, seen.seen);
        await pause(lookEveryMs);
      }
    },

    /** Is so now, or is broken. */
    async now<T>(claim: string, look: () => Promise<Look<T>>): Promise<T> {
      const seen = await look();
      if (seen.kind === 'not-yet') throw new BrokenClaim(claim, seen.seen);
      print(`✓ ${claim}`);
      return seen.value;
    },

    /** Is so at every look for this long. */
    async stays(claim: string, forMs: number, look: () => Promise<Look<unknown>>): Promise<void> {
      const startedAt = performance.now();
      while (performance.now() - startedAt < forMs) {
        const seen = await look();
        if (seen.kind === 'not-yet') throw new BrokenClaim(claim, seen.seen);
        await pause(lookEveryMs);
      }
      held(claim, startedAt);
    },

    async ledger(): Promise<Ledger> {
      return ledgerSchema.parse(await custody.get('ledger'));
    },

    /** The workspace as one person sees it, or all of it. */
    async workspace(as?: string): Promise<SlackState> {
      return slackStateSchema.parse(await slack.get(as === undefined ? 'state' : `state?as=${as}`));
    },

    /** A message that the bot itself would never post. */
    async postAsBot(message: { channel: string; text: string }): Promise<void> {
      const response = await fetch(`${options.slackUrl}/api/chat.postMessage`, {
        method: 'POST',
        signal: AbortSignal.timeout(callTimeoutMs),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${slackApp.botToken}` },
        body: JSON.stringify(message),
      });
      const answer = z.looseObject({ ok: z.boolean() }).parse(await response.json());
      if (!answer.ok) throw new Error(`failed to post as the bot: ${JSON.stringify(answer).slice(0, 300)}`);
    },

    /** Makes the platform stop something; returns the approval's id. */
    async scene(name: string, overrides: Record<string, unknown> = {}): Promise<string> {
      return z.object({ approvalId: z.string() }).parse(await custody.post(`scenes/${name}`, overrides)).approvalId;
    },
  };
}

export function approvalIn(ledger: Ledger, approvalId: string): Ledger['approvals'][number]['approval'] {
  const entry = ledger.approvals.find(({ approval }) => approval.id === approvalId);
  if (entry === undefined) throw new Error('failed to find the approval in the ledger', { cause: approvalId });
  return entry.approval;
}

/** Every call of the decision route under the bot's account, whatever became of it. */
export function callsOfBot(ledger: Ledger, approvalId: string): DecisionCall[] {
  return ledger.decisionCalls.filter((call) => call.approvalId === approvalId && call.userId === bot.userId);
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The control API of one half of the sandbox. A lever that jams is a fault of the sandbox, not of the bot. */
function controlsAt(url: string) {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/_sandbox/${path}`, {
      method,
      signal: AbortSignal.timeout(callTimeoutMs),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`failed to ${method} ${path}: ${response.status} ${text.slice(0, 300)}`);
    const answer: unknown = text === '' ? null : JSON.parse(text);
    return answer;
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown = {}) => call('POST', path, body),
    delete: (path: string) => call('DELETE', path),
  };
}

// The story of the demo, played by itself: every step makes a promise, proves it by the sandbox's own ledgers, or says what broke.
import { epilogue, type OwnCheck } from './story/epilogue.ts';
import { contentChanged, decidedElsewhere, largeTransfer, platformDown, routinePayout } from './story/routine.ts';
import {
  contractCall,
  hostileMemo,
  initiatorRefused,
  lookAlike,
  rejection,
  rejectionUndone,
} from './story/refusals.ts';
import { BrokenClaim, createStage, seconds, type Stage } from './story/stage.ts';
import type { Step } from './story/step.ts';

export interface StoryOptions {
  custodyUrl: string;
  /** Where the workspace's `/_sandbox/` is. */
  slackUrl: string;
  /** Only these steps, and the epilogue; all when left out. */
  only?: readonly string[];
  /** The step that is told to break itself: the story must then fail there. */
  fault?: string;
  /** What only the bot's operator can check; part of the epilogue. */
  ownChecks?: readonly OwnCheck[];
  /** How long a claim may take to become true. */
  patienceMs?: number;
  print?: (line: string) => void;
}

export interface StepResult {
  id: string;
  promise: string;
  held: boolean;
  tookMs: number;
  /** Of a step that broke. */
  expected: string | null;
  seen: string | null;
}

export interface StoryResult {
  held: boolean;
  steps: StepResult[];
}

const steps: readonly Step[] = [
  routinePayout,
  largeTransfer,
  rejectionUndone,
  rejection,
  initiatorRefused,
  contentChanged,
  decidedElsewhere,
  hostileMemo,
  lookAlike,
  contractCall,
  platformDown,
];

/** What can be named in `only` and `fault`, with what the fault does. */
export const storySteps: readonly Pick<Step, 'id' | 'promise' | 'sabotage'>[] = [...steps, epilogue([])].map(
  ({ id, promise, sabotage }) => ({ id, promise, sabotage }),
);

/** Slack's own rate limits can hold a card up for a while when much happens at once. */
const usualPatienceMs = 30_000;

export async function playStory(options: StoryOptions): Promise<StoryResult> {
  const { fault, only, print = () => undefined } = options;
  for (const name of [fault, ...(only ?? [])]) {
    if (name !== undefined && !storySteps.some(({ id }) => id === name))
      throw new Error(`failed to find the step ${name}`);
  }
  const chosen = [
    ...steps.filter(({ id }) => only === undefined || only.includes(id)),
    epilogue(options.ownChecks ?? []),
  ];
  const stage = createStage({
    custodyUrl: options.custodyUrl,
    slackUrl: options.slackUrl,
    patienceMs: options.patienceMs ?? usualPatienceMs,
    print: (line) => print(`     ${line}`),
  });
  for (const { approval } of (await stage.ledger()).approvals) stage.before.add(approval.id);
  const results: StepResult[] = [];
  for (const [index, step] of chosen.entries()) {
    print(`${String(index + 1).padStart(2)}. ${step.promise}`);
    if (fault === step.id) print(`     planted fault: ${step.sabotage}`);
    const result = await playStep(stage, step, fault === step.id);
    print(result.held ? `   ✓ held in ${seconds(result.tookMs)}\n` : `   ✗ broken after ${seconds(result.tookMs)}`);
    if (!result.held) print(`     expected: ${result.expected}\n     seen:     ${result.seen}\n`);
    results.push(result);
  }
  return { held: results.every(({ held }) => held), steps: results };
}

async function playStep(stage: Stage, step: Step, isSabotaged: boolean): Promise<StepResult> {
  const startedAt = performance.now();
  const broken = await step.play(stage, isSabotaged).then(() => null, faultOf);
  // A broken step must not leave the platform down for those that follow.
  if (broken !== null) await stage.custody.delete('faults');
  return {
    id: step.id,
    promise: step.promise,
    held: broken === null,
    tookMs: performance.now() - startedAt,
    expected: broken?.expected ?? null,
    seen: broken?.seen ?? null,
  };
}

function faultOf(error: unknown): { expected: string; seen: string } {
  if (error instanceof BrokenClaim) return { expected: error.claim, seen: error.seen };
  return { expected: 'the step can be played', seen: error instanceof Error ? error.message : String(error) };
}

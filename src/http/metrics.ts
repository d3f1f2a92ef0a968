// /metrics: event counters of this process, and the figures of the database at the moment of the look.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Context } from '../context.ts';
import type { RequestObserver } from './server.ts';
import type { DeliveryResult } from './webhooks.ts';

type Counted<Name extends string> = Readonly<Record<Name, string>> & { readonly count: number };

/** What the database holds. Every process shows the same: take the maximum over processes, never the sum. */
export type Figures = {
  readonly open: readonly (Counted<'connection' | 'state'> & { readonly oldestSeconds: number })[];
  readonly verdicts: readonly Counted<'verdict'>[];
  readonly votes: readonly Counted<'choice'>[];
  readonly submissions: readonly Counted<'outcome'>[];
  readonly tasks: readonly (Counted<'kind'> & { readonly failing: number; readonly overdueSeconds: number })[];
};

export type QueueDepth = Readonly<Record<'waiting' | 'active' | 'delayed', number>>;

export type MetricsDeps = Pick<Context, 'log'> & {
  readonly readFigures: () => Promise<Figures>;
  /** Null when this process has no queue. */
  readonly readQueueDepth: (() => Promise<QueueDepth>) | null;
};

export type Metrics = {
  readonly contentType: string;
  /** Answers also when the database or the queue does not: then it says so. */
  read(): Promise<string>;
  readonly countDelivery: (connection: string | null, result: DeliveryResult) => void;
  readonly countSlackError: (error: string) => void;
  readonly observeRequest: RequestObserver;
};

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const local = localMetrics(registry);
  const stored = storedMetrics(registry);
  const sources = sourceMetrics(registry);

  const look = async <Value>(source: string, read: () => Promise<Value>, show: (value: Value | null) => void) => {
    try {
      show(await read());
      sources.set({ source }, 1);
    } catch (error) {
      // No figure is better than an old one that looks new.
      show(null);
      sources.set({ source }, 0);
      deps.log.warn({ err: error, source }, 'figures not read');
    }
  };
  return {
    contentType: registry.contentType,
    read: async () => {
      await Promise.all([
        look('database', deps.readFigures, stored.showFigures),
        deps.readQueueDepth === null ? null : look('queue', deps.readQueueDepth, stored.showDepth),
      ]);
      return registry.metrics();
    },
    ...local,
  };
}

/** The word for what is no known word: a label must not grow with whatever comes from outside. */
const errorGrammar = /^[a-z][a-z0-9_]{1,49}$/;

function localMetrics(registry: Registry) {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'countersign_deliveries_total',
    help: 'Webhook deliveries by connection and result.',
    labelNames: ['connection', 'result'],
    registers,
  });
  const slackErrors = new Counter({
    name: 'countersign_slack_errors_total',
    help: 'Errors that Slack answered, by its own word.',
    labelNames: ['error'],
    registers,
  });
  const requests = new Histogram({
    name: 'countersign_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer.',
    labelNames: ['room', 'status'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 3, 10],
    registers,
  });
  return {
    countDelivery: (connection: string | null, result: DeliveryResult) => {
      deliveries.inc({ connection: connection ?? 'unknown', result });
    },
    countSlackError: (error: string) => {
      slackErrors.inc({ error: errorGrammar.test(error) ? error : 'other' });
    },
    observeRequest: (room: string, status: number, seconds: number) => {
      requests.observe({ room, status: `${Math.floor(status / 100)}xx` }, seconds);
    },
  };
}

function sourceMetrics(registry: Registry) {
  return new Gauge({
    name: 'countersign_source_up',
    help: '1 when the database or the queue answered this look, 0 when its figures are missing.',
    labelNames: ['source'],
    registers: [registry],
  });
}

function storedMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name: `countersign_${name}`, help, labelNames, registers });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `countersign_${name}`, help, labelNames, registers });
  const open = gauge('approvals_open', 'Approvals that are not over, by state.', ['connection', 'state']);
  const oldest = gauge('approval_oldest_seconds', 'Age of the oldest open approval.', ['connection', 'state']);
  const verdicts = counter('verdicts_total', 'What automation said.', ['verdict']);
  const votes = counter('votes_total', 'What people chose in Slack.', ['choice']);
  const submissions = counter('submissions_total', 'Attempts to send a decision.', ['outcome']);
  const tasks = gauge('outbox_tasks', 'Work that is left to do.', ['kind']);
  const failing = gauge('outbox_failing_tasks', 'Work that failed and is tried again.', ['kind']);
  const overdue = gauge('outbox_overdue_seconds', 'How long the most overdue work has been due.', ['kind']);
  const depth = gauge('queue_jobs', 'Jobs in the queue.', ['state']);
  const all = [open, oldest, verdicts, votes, submissions, tasks, failing, overdue];
  return {
    showFigures: (figures: Figures | null) => {
      for (const metric of all) metric.reset();
      for (const { connection, state, count, oldestSeconds } of figures?.open ?? []) {
        open.set({ connection, state }, count);
        oldest.set({ connection, state }, oldestSeconds);
      }
      for (const { verdict, count } of figures?.verdicts ?? []) verdicts.inc({ verdict }, count);
      for (const { choice, count } of figures?.votes ?? []) votes.inc({ choice }, count);
      for (const { outcome, count } of figures?.submissions ?? []) submissions.inc({ outcome }, count);
      for (const task of figures?.tasks ?? []) {
        tasks.set({ kind: task.kind }, task.count);
        failing.set({ kind: task.kind }, task.failing);
        overdue.set({ kind: task.kind }, task.overdueSeconds);
      }
    },
    showDepth: (jobs: QueueDepth | null) => {
      depth.reset();
      for (const [state, count] of Object.entries(jobs ?? {})) depth.set({ state }, count);
    },
  };
}

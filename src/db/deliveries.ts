// Deliveries: verified webhooks, stored in batches that form by themselves, each with the work that it asks for.
import postgres from 'postgres';
import type { EpochMs } from '../domain/amount.ts';
import { outboxChannel } from './outbox.ts';

export type IncomingDelivery = {
  readonly connection: string;
  readonly dedupeKey: string;
  readonly eventKind: string;
  /** The platform's id of the approval that it hints at. Without one nothing is asked for: the sweep finds the rest. */
  readonly approvalId: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

export type StoreOutcome = 'stored' | 'duplicate';

export type Inbox = {
  /** Resolves after the COMMIT and never before. A rejection says nothing: the row may be there, a retry will tell. */
  store(delivery: IncomingDelivery): Promise<StoreOutcome>;
  /** Writes what waits, then refuses everything. */
  close(): Promise<void>;
};

export type InboxOptions = {
  readonly now?: () => EpochMs;
  /** Above either limit deliveries are refused at once, so that a slow database can't fill the memory. */
  readonly maxWaiting?: number;
  readonly maxWaitingBytes?: number;
  readonly maxBatch?: number;
  readonly maxBatchBytes?: number;
  /** A sender gives up after some seconds; it should hear before that. */
  readonly deadlineMs?: number;
};

type Entry = {
  readonly key: string;
  readonly delivery: IncomingDelivery;
  /** The first one brought the delivery, the others the same again while it waited. */
  readonly waiters: { resolve(outcome: StoreOutcome): void; reject(error: Error): void }[];
};

/** Statements that were given up and may still be running: with so many of them nothing new is started. */
const maxAbandoned = 4;

/**
 * Group commit: one statement is in flight, and whatever arrives meanwhile goes into the next one. An idle system pays
 * for one statement; a busy one shares the parse, the flush and the commit among all that wait.
 */
export function createInbox(sql: postgres.Sql, options: InboxOptions = {}): Inbox {
  const { maxWaiting = 5000, maxWaitingBytes = 64 * 1024 * 1024 } = options;
  const { maxBatch = 512, maxBatchBytes = 4 * 1024 * 1024 } = options;
  const write = createWriter(sql, options);
  const waiting = new Map<string, Entry>();
  let waitingCount = 0;
  let waitingBytes = 0;
  let pumping: Promise<void> | null = null;
  let isClosed = false;

  const take = (): Entry[] => {
    const batch: Entry[] = [];
    let bytes = 0;
    for (const entry of waiting.values()) {
      if (batch.length >= maxBatch || (batch.length > 0 && bytes + entry.delivery.body.length > maxBatchBytes)) break;
      batch.push(entry);
      bytes += entry.delivery.body.length;
      waiting.delete(entry.key);
      waitingCount -= entry.waiters.length;
    }
    waitingBytes -= bytes;
    return batch;
  };

  const pump = async (): Promise<void> => {
    while (waiting.size > 0) {
      const fault = await storeBatch(write, take());
      // A storage that does not answer would make them wait in vain, one batch after the other.
      if (fault !== null) while (waiting.size > 0) refuse(take(), fault);
    }
    pumping = null;
  };

  const store = async (delivery: IncomingDelivery): Promise<StoreOutcome> => {
    if (isClosed) throw new Error('failed to store a delivery: the inbox is closed');
    if (waitingCount >= maxWaiting || waitingBytes + delivery.body.length > maxWaitingBytes) {
      throw new Error('failed to store a delivery: too many wait already');
    }
    return new Promise((resolve, reject) => {
      const key = `${delivery.connection}/${delivery.dedupeKey}`;
      const same = waiting.get(key);
      waitingCount += 1;
      if (same === undefined) {
        waiting.set(key, { key, delivery, waiters: [{ resolve, reject }] });
        waitingBytes += delivery.body.length;
      } else same.waiters.push({ resolve, reject });
      pumping ??= pump();
    });
  };

  return {
    store,
    close: async () => {
      isClosed = true;
      await pumping;
    },
  };
}

type Write = (batch: readonly Entry[]) => Promise<ReadonlySet<string>>;

/** Tells every waiter; returns the fault when it lies with the storage, and not with a delivery. */
async function storeBatch(write: Write, batch: Entry[]): Promise<Error | null> {
  // In one order on every process: two of them that store the same retries must not wait for each other.
  batch.sort((a, b) => (a.key < b.key ? -1 : 1));
  let stored: ReadonlySet<string>;
  try {
    stored = await write(batch);
  } catch (error) {
    const fault = new Error('failed to store a delivery', { cause: error });
    if (!isAboutData(error)) return refuse(batch, fault);
    if (batch.length === 1) refuse(batch, fault);
    else return storeHalves(write, batch);
    return null;
  }
  for (const entry of batch) {
    let outcome: StoreOutcome = stored.has(entry.key) ? 'stored' : 'duplicate';
    for (const waiter of entry.waiters) {
      waiter.resolve(outcome);
      outcome = 'duplicate';
    }
  }
  return null;
}

/** One delivery that the database can't hold must not take the others with it. */
async function storeHalves(write: Write, batch: readonly Entry[]): Promise<Error | null> {
  const middle = Math.ceil(batch.length / 2);
  const fault = await storeBatch(write, batch.slice(0, middle));
  const rest = batch.slice(middle);
  return fault === null ? storeBatch(write, rest) : refuse(rest, fault);
}

function refuse(batch: readonly Entry[], fault: Error): Error {
  for (const waiter of batch.flatMap((entry) => entry.waiters)) waiter.reject(fault);
  return fault;
}

/** Data exceptions, constraint violations and limits of the program: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isAboutData(error: unknown): boolean {
  return error instanceof postgres.PostgresError && /^(?:22|23|54)/.test(error.code);
}

function createWriter(sql: postgres.Sql, options: InboxOptions): Write {
  const { now = Date.now, deadlineMs = 5000 } = options;
  let abandoned = 0;
  return async (batch) => {
    if (abandoned >= maxAbandoned) throw new Error('the database does not answer');
    const running = insertBatch(sql, batch, now());
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        abandoned += 1;
        reject(new Error(`the database did not answer in ${deadlineMs} ms`));
      }, deadlineMs);
      const settle = (): void => {
        clearTimeout(timer);
        if (isLate) abandoned -= 1;
      };
      running.then(
        (stored) => {
          settle();
          resolve(stored);
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error('unknown fault', { cause: error }));
        },
      );
    });
  };
}

/**
 * One statement: the deliveries that are new, the tasks that they ask for (as `addTasks` and `taskKey` would write them),
 * the notification. The answer names rows only when some of them were not new. The long columns go as joined text, which
 * PostgreSQL splits faster than it reads an array; JSON holds no raw line feed and Base64 no comma.
 */
async function insertBatch(sql: postgres.Sql, batch: readonly Entry[], now: EpochMs): Promise<ReadonlySet<string>> {
  const deliveries = batch.map((entry) => entry.delivery);
  // As text: whether the client writes dates by itself depends on who else uses it (drizzle switches that off).
  const at = new Date(now).toISOString();
  const [row] = await sql<{ stored: number; keys: string[] | null }[]>`
    with fresh as (
      insert into deliveries (connection, dedupe_key, event_kind, platform_id, headers, body, received_at)
      select connection, dedupe_key, event_kind, platform_id, headers::jsonb,
        coalesce(decode(body, 'base64'), ''), ${at}::timestamptz
      from unnest(
        ${deliveries.map((delivery) => delivery.connection)}::text[],
        ${deliveries.map((delivery) => delivery.dedupeKey)}::text[],
        ${deliveries.map((delivery) => delivery.eventKind)}::text[],
        ${deliveries.map((delivery) => delivery.approvalId)}::text[],
        string_to_array(${deliveries.map((delivery) => JSON.stringify(delivery.headers)).join('\n')}::text, chr(10)),
        string_to_array(${deliveries.map((delivery) => base64Of(delivery.body)).join(',')}::text, ',')
      ) as input (connection, dedupe_key, event_kind, platform_id, headers, body)
      on conflict (connection, dedupe_key) do nothing
      returning connection, dedupe_key, platform_id
    ), work as (
      insert into outbox (key, kind, task, not_before)
      select
        'refresh/' || connection || '/' || platform_id,
        'refresh',
        jsonb_build_object('kind', 'refresh', 'connection', connection, 'platformId', platform_id),
        ${at}::timestamptz
      from (select distinct connection, platform_id from fresh where platform_id is not null) as asked
      order by 1
      on conflict (key) do update
        set version = outbox.version + 1, not_before = least(outbox.not_before, excluded.not_before)
      returning 1
    )
    select
      count(*)::int as stored,
      case when count(*) < ${batch.length}::int then array_agg(connection || '/' || dedupe_key) end as keys,
      case when exists (select from work) then pg_notify(${outboxChannel}, '') end as notified
    from fresh`;
  if (row === undefined) throw new Error('the database answered nothing');
  return new Set(row.stored === batch.length ? batch.map((entry) => entry.key) : row.keys);
}

function base64Of(body: Uint8Array): string {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.toString('base64');
}

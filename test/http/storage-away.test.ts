import { afterEach, describe, expect, it } from 'vitest';
import { aDelivery, distinctDeliveries } from './deliveries.ts';
import { detourTo, type Detour } from './detour.ts';
import { countTasks, startLab, storedIds, type Lab, type LabOptions } from './lab.ts';

let lab: Lab;

afterEach(async () => lab.stop());

async function setUp(options: LabOptions = {}): Promise<void> {
  lab = await startLab(options);
}

async function setUpWithDetour(options: LabOptions = {}): Promise<Detour> {
  const detours: Detour[] = [];
  const via = async (url: string): Promise<Detour> => {
    const detour = await detourTo(url);
    detours.push(detour);
    return detour;
  };
  await setUp({ ...options, via });
  const [detour] = detours;
  if (detour === undefined) throw new Error('no detour');
  return detour;
}

describe('a storage that is away', () => {
  it('answers 503 with nothing half-done, and stores again as soon as it is back', async () => {
    const detour = await setUpWithDetour();
    await lab.post(aDelivery({ approvalId: 'ap-before' }));

    await detour.close('refuse');
    const statuses = await Promise.all(distinctDeliveries(20, 'ap-down').map(async (delivery) => lab.post(delivery)));
    expect(statuses).toEqual(Array.from({ length: 20 }, () => 503));
    expect(await storedIds(lab)).toEqual(['ap-before']);
    expect(await countTasks(lab)).toBe(1);

    await detour.open();
    await expect.poll(async () => lab.post(aDelivery({ approvalId: 'ap-after' })), { timeout: 20_000 }).toBe(200);
    expect(await storedIds(lab)).toEqual(['ap-before', 'ap-after']);
  });

  it('answers 503 in time when the database hangs', async () => {
    const detour = await setUpWithDetour({ inbox: { deadlineMs: 300 } });
    await lab.post(aDelivery({ approvalId: 'ap-before' }));

    await detour.close('hang');
    const startedAt = Date.now();
    const statuses = await Promise.all(distinctDeliveries(20, 'ap-down').map(async (delivery) => lab.post(delivery)));
    const tookMs = Date.now() - startedAt;
    await detour.open();

    expect(new Set(statuses)).toEqual(new Set([503]));
    expect(tookMs).toBeLessThan(2000);
    await expect.poll(async () => lab.post(aDelivery({ approvalId: 'ap-after' })), { timeout: 20_000 }).toBe(200);
  });

  it('refuses at once what would not fit into memory', async () => {
    const detour = await setUpWithDetour({ inbox: { deadlineMs: 500, maxWaiting: 10 } });
    await lab.post(aDelivery({ approvalId: 'ap-before' }));
    await detour.close('hang');

    const times = await Promise.all(
      distinctDeliveries(30, 'ap-down').map(async (delivery) => {
        const startedAt = Date.now();
        expect(await lab.post(delivery)).toBe(503);
        return Date.now() - startedAt;
      }),
    );

    await detour.open();
    expect(times.filter((ms) => ms < 400).length).toBeGreaterThanOrEqual(19);
    expect(lab.logged.join('')).toContain('too many wait already');
  });

  it('loses nothing that it has acknowledged while its connections are killed under load', async () => {
    await setUp();
    const acknowledged: string[] = [];
    const over = new AbortController();
    const senders = Array.from({ length: 16 }, async (_, sender) => {
      for (let index = 0; !over.signal.aborted; index += 1) {
        const approvalId = `ap-${sender}-${index}`;
        if ((await lab.post(aDelivery({ approvalId }))) === 200) acknowledged.push(approvalId);
      }
    });

    for (let kill = 0; kill < 10; kill += 1) {
      const target = acknowledged.length + 20;
      await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(target);
      await lab.sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'countersign'`;
    }
    over.abort();
    await Promise.all(senders);

    const stored = await storedIds(lab);
    const lost = acknowledged.filter((id) => !new Set(stored).has(id));
    expect(lost).toEqual([]);
    expect([new Set(stored).size, await countTasks(lab)]).toEqual([stored.length, stored.length]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploy, runChild, startChild, type Deployment } from './lab.ts';

let deployment: Deployment;

beforeAll(async () => {
  deployment = await deploy('');
  delete deployment.env['DATABASE_URL'];
});

afterAll(async () => {
  await deployment.stop();
});

describe('the embedded default, in processes of its own', () => {
  it('starts, refuses a second one and names the first, lets commands look, and stops at SIGTERM', async () => {
    const first = startChild(['start'], { ...deployment.env, LOG_LEVEL: 'info' });
    await first.sees('countersign started');

    const second = await runChild(['start'], deployment.env);
    const status = await runChild(['status'], deployment.env);
    const audit = await runChild(['audit', 'verify'], deployment.env);
    const stopsAt = performance.now();
    first.kill('SIGTERM');
    const ended = await first.ended;
    const tookMs = performance.now() - stopsAt;
    const alone = await runChild(['status'], deployment.env);

    expect(second.code).toBe(1);
    expect(second.err).toMatch(/process \d+ on .* uses it since/);
    expect(status.out).toMatch(/database: embedded, of the running process \d+/);
    expect(audit.out).toContain('The audit log is intact');
    expect(ended.code).toBe(0);
    expect(tookMs).toBeLessThan(20_000);
    expect(ended.out).toContain('countersign stopped');
    expect(alone.out).toContain('database: embedded, nothing else runs here now');
  }, 180_000);

  it('migrates and ends when its role says so', async () => {
    const { code, out } = await runChild(['start'], { ...deployment.env, ROLE: 'migrate', LOG_LEVEL: 'info' });

    expect(code).toBe(0);
    expect(out).toContain('configuration adopted');
    expect(out).not.toContain('countersign started');
  }, 60_000);
});

// How a task becomes a job, and when a failed one comes back.
import { describe, expect, it } from 'vitest';
import { readJob, retryDelayMs, toBullJob } from '../../src/queue/jobs.ts';

describe('toBullJob', () => {
  it('carries nothing but the id of the task', () => {
    const job = toBullJob({ kind: 'submit', taskId: '17', jobId: 'submit-17' });

    expect(job).toMatchObject({ name: 'submit', data: { taskId: '17' }, opts: { jobId: 'submit-17' } });
    expect(Object.keys(job.data)).toEqual(['taskId']);
  });

  it('leaves nothing behind that would hold the id', () => {
    const { opts } = toBullJob({ kind: 'submit', taskId: '17', jobId: 'submit-17' });

    expect(opts).toMatchObject({ removeOnComplete: true, removeOnFail: true });
  });
});

describe('readJob', () => {
  it.each([
    ['a kind that is not known', { name: 'launch', data: { taskId: 'a' }, attemptsMade: 0 }, 'Invalid option'],
    ['data that is not ours', { name: 'refresh', data: { id: 'a' }, attemptsMade: 0 }, 'expected string'],
    ['an empty id', { name: 'refresh', data: { taskId: '' }, attemptsMade: 0 }, 'Too small'],
  ])('refuses %s', (_what, job, reason) => {
    expect(() => readJob(job)).toThrow(reason);
  });
});

describe('retryDelayMs', () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1000],
    [2, 1, 2000],
    [4, 0, 4000],
    [7, 1, 60_000],
    [500, 1, 60_000],
  ])('after attempt %i with chance %d is %i ms', (attemptsMade, chance, expected) => {
    expect(retryDelayMs(attemptsMade, 1000, () => chance)).toBe(expected);
  });
});

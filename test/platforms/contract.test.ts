// What every platform in the registry must keep, whatever it is called.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fingerprintOf } from '../../src/domain/fingerprint.ts';
import { readPlainTransfer } from '../../src/domain/activity.ts';
import { groupsOf } from '../../src/domain/approval.ts';
import { connectPlatforms, platforms } from '../../src/platforms/index.ts';
import type { PlatformConnection } from '../../src/platforms/platform.ts';
import { startRecording, type RecordingServer } from './dfns/recording-server.ts';

/** Credentials that each platform's schema takes, and how a test plays the platform's API from its fixtures. */
const stages: Readonly<Record<string, { credentials: object; play: (fixtures: string) => Promise<RecordingServer> }>> =
  {
    dfns: { credentials: { userId: 'us-1', token: 'token' }, play: playDfns },
  };

const fixturesOf = (kind: string): string => fileURLToPath(new URL(`../fixtures/${kind}/`, import.meta.url));
const namesIn = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.json'));

function playDfns(fixtures: string): Promise<RecordingServer> {
  const policy = z
    .looseObject({})
    .parse(JSON.parse(readFileSync(`${fixtures}api/policy.get.amount-limit.json`, 'utf8')));
  return startRecording(({ path }) => {
    const [, , collection, id] = path.split('/');
    if (collection === 'policies') return { body: { ...policy, id } };
    if (collection !== 'policy-approvals') return { status: 404 };
    // The id of an approval here is the name of its fixture.
    const approval = z.looseObject({}).parse(JSON.parse(readFileSync(`${fixtures}approvals/${id}.json`, 'utf8')));
    return { body: { ...approval, id } };
  });
}

function connect(kind: string, baseUrl: string): PlatformConnection {
  const credentials = stages[kind]?.credentials;
  const connection = {
    name: 'one',
    platform: kind,
    baseUrl,
    webhookSecrets: ['secret-of-24-characters-'],
    credentials,
  };
  const connected = connectPlatforms([connection], () => Date.now()).get('one');
  if (connected === undefined) throw new Error(`failed to connect ${kind}`);
  return connected;
}

test('every platform of the registry is staged here', () => {
  expect(Object.keys(stages)).toEqual(Object.keys(platforms));
});

test('a connection to a platform that is not there is a fault that names it', () => {
  const connection = { name: 'one', platform: 'toString', baseUrl: 'http://x', webhookSecrets: [], credentials: {} };
  expect(() => connectPlatforms([connection], () => 0)).toThrow('failed to connect one: no platform "toString"');
});

describe.each(Object.entries(platforms))('%s', (kind, platform) => {
  test('is registered under its own name', () => {
    expect(platform.kind).toBe(kind);
  });

  test('says of itself everything that the flow asks', () => {
    const { capabilities } = platform;
    expect(Object.keys(capabilities).toSorted()).toEqual([
      'callbackDeadlineMs',
      'canListPending',
      'canVote',
      'initiationCounts',
      'reasonMaxLength',
      'reject',
      'revocable',
      'thinWebhooks',
      'voteIdentity',
      'voteLifetimeMs',
    ]);
    expect(connect(kind, 'http://127.0.0.1:1').capabilities).toBe(capabilities);
  });

  test('has a link for people, a time limit for submissions, and its account', () => {
    const connection = connect(kind, 'http://127.0.0.1:1');
    expect(connection.decideUrl).toMatch(/^https:\/\//);
    expect(connection.submissionMs).toBeGreaterThan(0);
    expect(connection.serviceAccount).not.toBe('');
    expect(connection.name).toBe('one');
  });

  test('refuses credentials that are no credentials', () => {
    expect(platform.credentials.safeParse({}).success).toBe(false);
    expect(platform.credentials.safeParse(null).success).toBe(false);
  });

  test('believes no delivery without a signature, whatever it holds', () => {
    const connection = connect(kind, 'http://127.0.0.1:1');
    const folder = `${fixturesOf(kind)}webhooks/`;
    for (const name of namesIn(folder)) {
      const body = readFileSync(`${folder}${name}`);
      expect(connection.verify({ headers: {}, body }, Date.now())).toEqual({
        kind: 'rejected',
        reason: 'no-signature',
      });
    }
  });

  test('reads every recorded approval into the domain, with a fingerprint and unique groups', async () => {
    const server = await stages[kind]?.play(fixturesOf(kind));
    try {
      const connection = connect(kind, server?.url ?? '');
      const names = namesIn(`${fixturesOf(kind)}approvals`).map((name) => name.replace('.json', ''));
      const readings = await Promise.all(names.map((name) => connection.readApproval(name)));

      for (const reading of readings) {
        if (reading.kind !== 'read') throw new Error(`failed to read: ${JSON.stringify(reading)}`);
        const { approval } = reading;
        expect(fingerprintOf(approval)).toMatch(/^[0-9a-f]{64}$/);
        const keys = groupsOf(approval).map((group) => group.key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(approval.platform).toBe(kind);
        // Whatever is not plain says why.
        const plain = readPlainTransfer(approval.activity);
        expect(plain.kind === 'plain' || plain.reasons.length > 0).toBe(true);
      }
      expect(readings.length).toBeGreaterThan(0);
    } finally {
      await server?.stop();
    }
  });

  test('answers weather with values, never with a throw', async () => {
    const connection = connect(kind, 'http://127.0.0.1:1');

    expect((await connection.readApproval('x-1')).kind).toBe('unavailable');
    expect((await connection.listPending()).kind).toBe('unavailable');
    expect((await connection.listPolicies()).kind).toBe('unavailable');
    expect((await connection.decide({ approvalId: 'x-1', value: 'denied', reason: 'x' })).kind).toBe('not-sent');
    for (const { outcome, remedy } of await connection.diagnose()) expect(remedy === null).toBe(outcome === 'ok');
  });
});

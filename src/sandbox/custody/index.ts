// A custody platform with the Dfns HTTP API, in one process on one port; nothing in it is shared with the product.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { organisation } from '../company.ts';
import { addCredential } from './auth.ts';
import { createClock } from './clock.ts';
import type { EpochMs } from './clock.ts';
import { createControl } from './control.ts';
import type { Control } from './control.ts';
import { createCourier } from './courier.ts';
import { clearFaults } from './faults.ts';
import { seed } from './seed.ts';
import { createServer } from './server.ts';
import { addWebhook } from './webhooks.ts';
import type { Webhook, World } from './world.ts';

export interface CustodyOptions {
  port?: number;
  host?: string;
  log?: (line: string) => void;
  /** The wall clock underneath the platform's own. */
  now?: () => EpochMs;
  /**
   * Which clock stamps `timestampSent`. Receivers compare it with their own, so it is the wall clock unless the receiver
   * shares the platform's (`custody.now`).
   */
  webhookClock?: 'wall' | 'platform';
  /** More keys, by user id. */
  publicKeyOf?: Record<string, { credentialId: string; publicKeyPem: string }>;
  webhooks?: (Pick<Webhook, 'url'> & Partial<Pick<Webhook, 'events' | 'secret'>>)[];
  serviceAccountsActivated?: boolean;
  maxPageSize?: number;
  rateLimitPerMinute?: number;
  webhookTimeoutMs?: number;
  /** How soon an approved request is on the chain, and final. */
  broadcastAfterMs?: number;
  confirmAfterMs?: number;
}

export interface Custody extends Control {
  url: string;
  stop(): Promise<void>;
}

export async function startCustody(options: CustodyOptions = {}): Promise<Custody> {
  const world = createWorld(options);
  seed(world);
  for (const [userId, key] of Object.entries(options.publicKeyOf ?? {})) addCredential(world, userId, key);
  for (const webhook of options.webhooks ?? []) addWebhook(world, webhook);

  const control = createControl(world);
  const server = createServer(world, control);
  const host = options.host ?? '127.0.0.1';
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const port = portOf(server.address());

  return {
    ...control,
    url: `http://${host}:${port}`,
    async stop() {
      clearFaults(world);
      world.clock.stop();
      await world.courier.stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('failed to listen on a port');
  return address.port;
}

function createWorld(options: CustodyOptions): World {
  const wall = options.now ?? Date.now;
  const clock = createClock(wall);
  return {
    clock,
    webhookClock: options.webhookClock === 'platform' ? () => clock.now() : wall,
    log: options.log ?? (() => undefined),
    org: {
      id: organisation.id,
      serviceAccountsActivated: options.serviceAccountsActivated ?? true,
      announceExpiry: true,
      rateLimitPerMinute: options.rateLimitPerMinute ?? 1000,
      // Small, so that everybody who lists has to page.
      maxPageSize: options.maxPageSize ?? 5,
    },
    identities: new Map(),
    tokens: new Map(),
    wallets: new Map(),
    walletAssets: new Map(),
    keys: new Map(),
    policies: new Map(),
    approvals: new Map(),
    requests: new Map(),
    challenges: new Map(),
    userActions: new Map(),
    webhooks: new Map(),
    webhookEvents: [],
    deliveries: [],
    courier: createCourier(options.webhookTimeoutMs ?? 5_000),
    droppingWebhooks: false,
    heldBack: undefined,
    decisionCalls: [],
    faults: [],
    calls: {},
    rateWindow: { startedAt: clock.now(), used: 0 },
    hanging: new Set(),
    execution: {
      broadcastAfterMs: options.broadcastAfterMs ?? 300,
      confirmAfterMs: options.confirmAfterMs ?? 900,
    },
  };
}

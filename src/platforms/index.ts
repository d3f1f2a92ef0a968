// The registry of custody platforms: a new one is a folder and one line here.
import type { EpochMs } from '../domain/amount.ts';
import { dfns } from './dfns/index.ts';
import type { Platform, PlatformConnection } from './platform.ts';

export const platforms: Readonly<Record<string, Platform>> = { dfns };

/** A connection as configuration gives it, its credentials already judged by the platform's own schema. */
export type ConfiguredConnection = {
  readonly name: string;
  readonly platform: string;
  readonly baseUrl: string;
  readonly webhookSecrets: readonly string[];
  readonly credentials: unknown;
};

export function connectPlatforms(
  connections: readonly ConfiguredConnection[],
  now: () => EpochMs,
): ReadonlyMap<string, PlatformConnection> {
  return new Map(
    connections.map((connection) => {
      const { name, baseUrl, webhookSecrets } = connection;
      const platform = Object.hasOwn(platforms, connection.platform) ? platforms[connection.platform] : undefined;
      if (platform === undefined) throw new Error(`failed to connect ${name}: no platform "${connection.platform}"`);
      const credentials = platform.credentials.parse(connection.credentials);
      return [name, platform.connect({ name, baseUrl, webhookSecrets, now }, credentials)];
    }),
  );
}

// Settings that the hostile tests share.
import type { Config } from '../../src/config.ts';
import { aVotingRule, connection, hourMs } from '../builders.ts';
import { permissiveRulebook } from './lab.ts';

/** Everything up to ten items and 10,000,000 USD a day is approved by the service account alone. */
export const automatic = {
  rulebook: permissiveRulebook,
  groups: [aVotingRule({ automation: true })],
  budgets: [
    { connection, per: 'connection', windowMs: 24 * hourMs, count: 10, amount: { value: '10000000', currency: 'USD' } },
  ],
} as const satisfies Partial<Config>;

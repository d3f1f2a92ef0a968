// The rule kinds: one file each, and one line here.
import type { RuleKind } from '../kind.ts';
import { activity } from './activity.ts';
import { amount } from './amount.ts';
import { asset } from './asset.ts';
import { initiator } from './initiator.ts';
import { network } from './network.ts';
import { recipient } from './recipient.ts';

export const ruleKinds: Readonly<Record<string, RuleKind>> = { activity, amount, asset, initiator, network, recipient };

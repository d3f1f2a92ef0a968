// The recorded and invented documents of Dfns that these tests read.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'lossless-json';
import { readJson, type ExactJson } from '../../../src/domain/json.ts';
import type { Approval } from '../../../src/domain/approval.ts';
import type { Surroundings } from '../../../src/platforms/dfns/activity.ts';
import { translateApproval, triggeredPolicyIds } from '../../../src/platforms/dfns/translate.ts';
import {
  readWireApproval,
  readWirePolicy,
  type WireApproval,
  type WirePolicy,
} from '../../../src/platforms/dfns/wire.ts';

const folder = fileURLToPath(new URL('../../fixtures/dfns/', import.meta.url));

export function bytesOf(path: string): Buffer {
  return readFileSync(`${folder}${path}`);
}

export function textOf(path: string): string {
  return bytesOf(path).toString('utf8');
}

export function exact(text: string): ExactJson {
  const reading = readJson(text);
  if (reading.kind !== 'ok') throw new Error(`failed to read a fixture: ${reading.reason}`);
  return reading.value;
}

export function documentOf(path: string): ExactJson {
  return exact(textOf(path));
}

export function namesIn(path: string): readonly string[] {
  return readdirSync(`${folder}${path}`).toSorted();
}

export function wireOf(document: ExactJson): WireApproval {
  const reading = readWireApproval(document);
  if (reading.kind !== 'read') throw new Error(`failed to read an approval: ${reading.reason}`);
  return reading.value;
}

export function policyOf(document: ExactJson): WirePolicy {
  const reading = readWirePolicy(document);
  if (reading.kind !== 'read') throw new Error(`failed to read a policy: ${reading.reason}`);
  return reading.value;
}

/** Every recorded policy by its id, and a plain one for the ids that have none. */
function policyNamed(id: string): WirePolicy {
  const recorded = namesIn('api')
    .filter((name) => name.startsWith('policy.get.'))
    .map((name) => policyOf(documentOf(`api/${name}`)))
    .find((policy) => policy.id === id);
  return (
    recorded ??
    policyOf(
      exact(
        JSON.stringify({
          id,
          name: 'Stand-in',
          status: 'Active',
          activityKind: 'Wallets:Sign',
          rule: { kind: 'AlwaysTrigger' },
          action: {
            kind: 'RequestApproval',
            approvalGroups: [{ name: 'Owners', quorum: 1, approvers: { userId: { in: ['us-owner'] } } }],
          },
        }),
      ),
    )
  );
}

export const serviceAccount = 'us-e9vmh-dfj6n-9lgcuv5d2sf66vml';
export const origin = { organisation: 'or-1', environment: 'https://api.dfns.io' };
export const nothingAround: Surroundings = {
  serviceAccount,
  initiatorIsServiceAccount: null,
  walletName: null,
  keyWallet: null,
  policyNow: null,
};

export function translated(document: ExactJson, around: Partial<Surroundings> = {}): Approval {
  const wire = wireOf(document);
  const policies = triggeredPolicyIds(wire).map(policyNamed);
  return translateApproval(wire, policies, { ...nothingAround, ...around }, origin);
}

/** A recorded approval with one place of its compact text replaced. */
export function changed(name: string, from: string, to: string): ExactJson {
  const text = stringify(exact(textOf(`approvals/${name}.json`))) ?? '';
  if (!text.includes(from)) throw new Error(`failed to change ${name}: it does not hold ${from}`);
  return exact(text.replace(from, to));
}

const vectors = new URL('../../../../shared/vectors/', import.meta.url);

/** Third-party vectors stand beside the checkout and are not part of it. Null, with a printed reason, without them. */
export function vectorText(path: string): string | null {
  const file = fileURLToPath(new URL(path, vectors));
  if (existsSync(file)) return readFileSync(file, 'utf8');
  process.stdout.write(`skipped: the third-party vectors ${path} are not beside this checkout\n`);
  return null;
}

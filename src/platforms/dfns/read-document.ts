// An approval from a file: Dfns' own JSON of it, alone or beside the policies that it triggered.
import { readJson, type ExactJson } from '../../domain/json.ts';
import type { ApprovalReading } from '../platform.ts';
import { isList, isRecord } from './document.ts';
import { translateApproval } from './translate.ts';
import { readWireApproval, readWirePolicy, type WirePolicy } from './wire.ts';

/**
 * `{ … }` as `GET /v2/policy-approvals/{id}` answers, or `{ "approval": { … }, "policies": [ … ] }`. What the connector
 * would look up beside it (names, who is a service account) stays unknown, and so do the groups without the policies.
 */
export function readDocument(text: string, serviceAccount: string): ApprovalReading {
  const json = readJson(text);
  if (json.kind === 'malformed')
    return { kind: 'unreadable', reason: `it is not JSON: ${json.reason}`, document: text };
  const { approval, policies } = partsOf(json.value);
  const wire = readWireApproval(approval);
  if (wire.kind === 'unreadable') return { kind: 'unreadable', reason: wire.reason, document: text };
  const read: WirePolicy[] = [];
  for (const policy of policies) {
    const reading = readWirePolicy(policy);
    if (reading.kind === 'unreadable') return { kind: 'unreadable', reason: reading.reason, document: text };
    read.push(reading.value);
  }
  const around = {
    serviceAccount,
    initiatorIsServiceAccount: null,
    walletName: null,
    keyWallet: null,
    policyNow: null,
  };
  return {
    kind: 'read',
    approval: translateApproval(wire.value, read, around, { organisation: 'a file', environment: 'a file' }),
  };
}

function partsOf(document: ExactJson): { readonly approval: ExactJson; readonly policies: readonly ExactJson[] } {
  if (!isRecord(document)) return { approval: document, policies: [] };
  const { approval, policies } = document;
  if (approval === undefined) return { approval: document, policies: [] };
  return { approval, policies: isList(policies) ? policies : [] };
}

// The words that go to the platform with our vote: who stands behind it, on what content, and where our record stands.
import type { StoredDecision } from '../db/decisions.ts';
import type { Person } from '../domain/person.ts';
import { shortFingerprint } from '../domain/fingerprint.ts';

/** Null when the platform keeps no text. Names are cut before the fingerprint and the audit number are. */
export function decisionReason(people: readonly Person[], decision: StoredDecision, maxLength: number | null): string {
  if (maxLength === null) return '';
  const names = decision.basis.people.map((id) => people.find((person) => person.id === id)?.name ?? id).join(', ');
  const { basis } = decision;
  const who =
    basis.value === 'denied'
      ? `Rejected by ${names}: ${basis.reason}`
      : names === ''
        ? 'Approved automatically by rule'
        : `Approved by ${names}${basis.coverage.some((entry) => entry.by === 'verdict') ? ' and by rule' : ''}`;
  const proof = ` [Countersign ${shortFingerprint(decision.fingerprint)}, audit ${decision.auditSeq} ${decision.auditMac.slice(0, 12)}]`;
  const room = Math.max(0, maxLength - proof.length);
  return (who.length > room ? `${who.slice(0, Math.max(0, room - 1))}…` : who) + proof;
}

// The platform's record, newest first: so that a viewer can count what went back instead of believing a card.
import type { Sandbox } from '../use-sandbox.ts';
import { ApprovalEntry } from './approval-entry.tsx';

export function LedgerView({ sandbox }: { sandbox: Sandbox }) {
  const { ledger } = sandbox.state;
  const entries = (ledger?.approvals ?? []).toSorted(
    (a, b) => Date.parse(b.approval.dateCreated) - Date.parse(a.approval.dateCreated),
  );
  return (
    <div className="ledger" data-testid="ledger">
      <h3>Ledger</h3>
      {entries.length === 0 && <p className="empty">The platform has stopped nothing yet.</p>}
      {ledger &&
        entries.map(({ approval, history }, index) => (
          <ApprovalEntry
            key={approval.id}
            newest={index === 0}
            approval={approval}
            history={history}
            ledger={ledger}
            sandbox={sandbox}
          />
        ))}
    </div>
  );
}

// The platform's weather: its clock, its failures, its webhooks and its policies.
import { useState } from 'react';
import type { Policy } from '../../custody/ledger.ts';
import type { Sandbox } from '../use-sandbox.ts';

const STEPS = [
  { label: '1 min', advanceMs: 60_000 },
  { label: '10 min', advanceMs: 600_000 },
  { label: '1 h', advanceMs: 3_600_000 },
];

export function Controls({ sandbox }: { sandbox: Sandbox }) {
  return (
    <div className="controls" role="group" aria-label="Platform controls">
      <Weather sandbox={sandbox} />
      <ClockSteps sandbox={sandbox} />
      <QuorumEditor sandbox={sandbox} />
    </div>
  );
}

function Weather({ sandbox }: { sandbox: Sandbox }) {
  const { custody, state } = sandbox;
  const [dropping, setDropping] = useState(false);
  const down = state.ledger?.faults.some((fault) => fault.kind === 'down' && !fault.cleared) ?? false;
  const drop = (on: boolean) => {
    setDropping(on);
    custody.dropWebhooks(on);
  };
  return (
    <div className="control-row">
      <Switch
        testId="fault-down"
        on={down}
        label={down ? 'Bring platform back' : 'Take platform down'}
        onPress={custody.setDown}
      />
      <Switch
        testId="drop-webhooks"
        on={dropping}
        label={dropping ? 'Deliver webhooks' : 'Drop webhooks'}
        onPress={drop}
      />
    </div>
  );
}

type SwitchProps = { testId: string; on: boolean; label: string; onPress: (on: boolean) => void };

function Switch({ testId, on, label, onPress }: SwitchProps) {
  return (
    <button
      type="button"
      className={`button small ${on ? 'on' : ''}`}
      data-testid={testId}
      aria-pressed={on}
      onClick={() => onPress(!on)}
    >
      {label}
    </button>
  );
}

function ClockSteps({ sandbox }: { sandbox: Sandbox }) {
  const now = sandbox.state.ledger?.now;
  return (
    <div className="control-row">
      <span className="control-label">
        Clock{' '}
        <time data-testid="platform-clock" dateTime={now === undefined ? undefined : new Date(now).toISOString()}>
          {now === undefined ? '–' : new Date(now).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit' })}
        </time>
      </span>
      {STEPS.map(({ label, advanceMs }) => (
        <button
          key={label}
          type="button"
          className="button small"
          data-testid={`advance-${advanceMs / 60_000}`}
          onClick={() => sandbox.custody.advance(advanceMs, label)}
        >
          +{label}
        </button>
      ))}
    </div>
  );
}

function QuorumEditor({ sandbox }: { sandbox: Sandbox }) {
  const policies = (sandbox.state.ledger?.policies ?? []).filter(firstGroup);
  const [chosen, setChosen] = useState('');
  const policy = policies.find(({ id }) => id === chosen) ?? policies[0];
  const quorum = policy && firstGroup(policy)?.quorum;
  if (!policy || quorum === undefined) return undefined;
  const set = (next: number) => sandbox.custody.setQuorum(policy, next);
  return (
    <div className="control-row">
      <select
        className="field small"
        aria-label="Policy"
        data-testid="policy-select"
        value={policy.id}
        onChange={(event) => setChosen(event.target.value)}
      >
        {policies.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <span className="control-label">
        quorum <strong data-testid="policy-quorum">{quorum}</strong>
      </span>
      <button
        type="button"
        className="button small"
        aria-label="Lower the quorum"
        data-testid="quorum-down"
        disabled={quorum <= 1}
        onClick={() => set(quorum - 1)}
      >
        −
      </button>
      <button
        type="button"
        className="button small"
        aria-label="Raise the quorum"
        data-testid="quorum-up"
        onClick={() => set(quorum + 1)}
      >
        +
      </button>
    </div>
  );
}

function firstGroup(policy: Policy) {
  return policy.action.approvalGroups?.[0];
}

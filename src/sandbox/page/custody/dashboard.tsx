// What somebody could do to one pending approval on the platform itself, behind the bot's back.
import { useState } from 'react';
import type { Sandbox } from '../use-sandbox.ts';
import { changedAmount } from '../wire/activity.ts';
import type { Approval } from '../wire/activity.ts';

export function Dashboard({ approval, sandbox }: { approval: Approval; sandbox: Sandbox }) {
  const { custody } = sandbox;
  const change = changedAmount(approval);
  return (
    <div className="dashboard" role="group" aria-label="In the platform's dashboard">
      <DecideRow approval={approval} sandbox={sandbox} />
      <div className="control-row">
        <button
          type="button"
          className="button small"
          data-testid={`change-${approval.id}`}
          disabled={!change}
          title={change ? undefined : 'Only a plain transfer has an amount to change'}
          onClick={() => change && custody.mutate(approval.id, change)}
        >
          Change the amount (+10 %)
        </button>
        <button
          type="button"
          className="button small"
          data-testid={`deliver-${approval.id}`}
          onClick={() => custody.deliver(approval.id)}
        >
          Send the webhook again
        </button>
      </div>
    </div>
  );
}

function DecideRow({ approval, sandbox }: { approval: Approval; sandbox: Sandbox }) {
  const deciders = sandbox.config.people.filter(({ userId }) => userId);
  const [chosen, setChosen] = useState(deciders[0]?.id ?? '');
  const person = deciders.find(({ id }) => id === chosen);
  if (!person) return undefined;
  return (
    <div className="control-row">
      <select
        className="field small"
        aria-label="Decide in the dashboard as"
        data-testid={`decide-as-${approval.id}`}
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        {deciders.map(({ id, name }) => (
          <option key={id} value={id}>
            as {name}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button small"
        data-testid={`decide-approve-${approval.id}`}
        onClick={() => sandbox.custody.decide(approval.id, person, 'Approved')}
      >
        Approve there
      </button>
      <button
        type="button"
        className="button small danger-text"
        data-testid={`decide-deny-${approval.id}`}
        onClick={() => sandbox.custody.decide(approval.id, person, 'Denied')}
      >
        Deny there
      </button>
    </div>
  );
}

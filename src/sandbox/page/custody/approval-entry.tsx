// One approval in the platform's record: its state, who decided, what our bot sent, and how its webhooks fared.
import { useState } from 'react';
import type { DecisionCall, DeliveryLine, Ledger } from '../../custody/ledger.ts';
import { formatSlackDate } from '../mrkdwn/date.ts';
import type { Sandbox } from '../use-sandbox.ts';
import { describeActivity } from '../wire/activity.ts';
import type { Approval } from '../wire/activity.ts';
import { Dashboard } from './dashboard.tsx';

type Props = {
  approval: Approval;
  history: { at: number; event: string }[];
  ledger: Ledger;
  newest: boolean;
  sandbox: Sandbox;
};

export function ApprovalEntry({ approval, history, ledger, newest, sandbox }: Props) {
  const [opened, setOpened] = useState<boolean>();
  const open = opened ?? newest;
  const calls = ledger.decisionCalls.filter(({ approvalId }) => approvalId === approval.id);
  const deliveries = ledger.deliveries.filter(({ approvalId }) => approvalId === approval.id);
  const applied = calls.filter((call) => call.applied && call.userId === sandbox.config.botUserId).length;
  return (
    <article className="entry" data-testid={`approval-${approval.id}`} data-status={approval.status}>
      <button
        type="button"
        className="entry-head"
        aria-expanded={open}
        data-testid={`approval-toggle-${approval.id}`}
        onClick={() => setOpened(!open)}
      >
        <span className="entry-title">
          <Unbroken text={describeActivity(approval, sandbox.config.wallets)} />
        </span>
        <span className={`pill pill-${approval.status.toLowerCase()}`} data-testid={`status-${approval.id}`}>
          {approval.status}
        </span>
        <BotCount approvalId={approval.id} applied={applied} />
      </button>
      {open && (
        <div className="entry-body">
          <Facts approval={approval} sandbox={sandbox} />
          {approval.status === 'Pending' && <Dashboard approval={approval} sandbox={sandbox} />}
          <Calls calls={calls} sandbox={sandbox} />
          <Deliveries deliveries={deliveries} />
          <History history={history} />
        </div>
      )}
    </article>
  );
}

function BotCount({ approvalId, applied }: { approvalId: string; applied: number }) {
  const words = ['no decision from Countersign', 'exactly 1 decision from Countersign'];
  return (
    <span
      className={`bot-count bot-count-${Math.min(applied, 2)}`}
      data-testid={`bot-decisions-${approvalId}`}
      data-count={applied}
    >
      {words[applied] ?? `${applied} decisions from Countersign`}
    </span>
  );
}

/** A shortened address is compared by its ends, so they stay on one line. */
function Unbroken({ text }: { text: string }) {
  return text.split(/(\S*…\S*)/).map((part, index) =>
    part.includes('…') ? (
      <span key={index} className="unbroken">
        {part}
      </span>
    ) : (
      part
    ),
  );
}

function Facts({ approval, sandbox }: { approval: Approval; sandbox: Sandbox }) {
  const triggered = approval.policyEvaluations.filter((evaluation) => evaluation.triggered);
  const policyName = (id: string) => sandbox.state.ledger?.policies.find((policy) => policy.id === id)?.name ?? id;
  return (
    <dl className="facts">
      <dt>Id</dt>
      <dd>
        <code>{approval.id}</code>
      </dd>
      <dt>Started by</dt>
      <dd>{sandbox.config.accounts[approval.initiatorId] ?? approval.initiatorId}</dd>
      <dt>Policies</dt>
      <dd>{triggered.map((evaluation) => policyName(evaluation.policyId)).join(', ') || 'none'}</dd>
      {approval.expirationDate && (
        <>
          <dt>Expires</dt>
          <dd>
            {formatSlackDate(Date.parse(approval.expirationDate), '{date_short_pretty} at {time}', {
              now: sandbox.state.ledger?.now ?? Date.now(),
            })}
          </dd>
        </>
      )}
    </dl>
  );
}

function Calls({ calls, sandbox }: { calls: DecisionCall[]; sandbox: Sandbox }) {
  const { accounts } = sandbox.config;
  return (
    <section className="lines" aria-label="Decisions received">
      <h4>Decisions received: {calls.length}</h4>
      {calls.map((call) => (
        <div key={`${call.at}/${call.userId}`} className="line" data-testid="decision-call" data-applied={call.applied}>
          <span className={`mark mark-${call.applied ? 'good' : 'bad'}`}>{call.applied ? 'counts' : 'refused'}</span>
          <span>
            <strong>{call.value ?? 'nothing'}</strong> by {accounts[call.userId ?? ''] ?? call.userId ?? 'unknown'}{' '}
            <span className="subtle">
              {call.via === 'dashboard' ? 'in the dashboard' : `${call.via}, answered ${call.status ?? 'nothing'}`}
              {call.fault ? `, fault ${call.fault}` : ''}
            </span>
            {call.reason && <span className="reason">{call.reason}</span>}
          </span>
          <time>{clockTime(call.at)}</time>
        </div>
      ))}
    </section>
  );
}

function Deliveries({ deliveries }: { deliveries: DeliveryLine[] }) {
  return (
    <section className="lines" aria-label="Webhook deliveries">
      <h4>Webhook deliveries: {deliveries.length}</h4>
      {deliveries.map((delivery) => (
        <div key={`${delivery.eventId}/${delivery.at}`} className="line" data-testid="delivery">
          <span className={`mark mark-${delivery.acknowledged ? 'good' : 'bad'}`}>{delivery.status}</span>
          <span>
            {delivery.kind} <span className="subtle">attempt {delivery.attempt}</span>
          </span>
          <time>{clockTime(delivery.at)}</time>
        </div>
      ))}
    </section>
  );
}

function History({ history }: { history: Props['history'] }) {
  return (
    <details className="history">
      <summary>History: {history.length}</summary>
      {history.map((line) => (
        <div key={`${line.at}/${line.event}`} className="line">
          <span>{line.event}</span>
          <time>{clockTime(line.at)}</time>
        </div>
      ))}
    </details>
  );
}

function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', second: '2-digit' });
}

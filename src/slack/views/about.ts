// What helps to judge but is not decisive: value, first payment, what a payload does, memo and reference.
import { formatFiat } from '../../domain/amount.ts';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { isTerminal } from '../../domain/lifecycle.ts';
import { code, prose } from './text.ts';

/** One line for a context block; it may move without anybody deciding anything. */
export function aboutLine(view: ApprovalView): string | null {
  if (view.approval === null) return null;
  const { activity } = view.approval;
  const words = [
    view.value === null ? null : `About ${prose(formatFiat(view.value), 60)} by the platform's quote`,
    isTerminal(view.state) ? null : firstPaymentWords(view),
    activity.blind ? '⚠️ A bare hash is signed: nobody can see what it does' : null,
    activity.decoded?.kind === 'other' && dangerLine(view) === null
      ? `What it does: ${prose(activity.decoded.words, 200)}`
      : null,
    activity.decoded?.kind === 'undecodable' ? `⚠️ Cannot be decoded: ${prose(activity.decoded.reason, 160)}` : null,
  ].filter((entry) => entry !== null);
  return words.length === 0 ? null : words.join('  ·  ');
}

/** A call that hands over more than one payment: said before everything else, while somebody can still decide. */
export function dangerLine(view: ApprovalView): string | null {
  const decoded = view.approval?.activity.decoded;
  if (decoded?.kind !== 'other' || !decoded.dangerous || isTerminal(view.state)) return null;
  return `🚨 *Dangerous:* ${prose(decoded.words, 400)}`;
}

function firstPaymentWords(view: ApprovalView): string | null {
  if (view.approval?.activity.destinations.length === 0) return null;
  if (view.firstPayment === null) return 'Whether this recipient was paid before is not known';
  return view.firstPayment ? '⚠️ First payment to this recipient' : 'This recipient was paid before';
}

export function memoLines(view: ApprovalView): readonly string[] {
  const { memo = null, externalId = null } = view.approval?.activity ?? {};
  return [
    ...(memo === null ? [] : [`*Memo* ${code(memo, 200)}`]),
    ...(externalId === null ? [] : [`*Reference* ${code(externalId, 100)}`]),
  ];
}

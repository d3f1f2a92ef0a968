// In place of a modal whose request is no longer what it showed: no vote was taken, and what changed.
import type { ApprovalView } from '../../domain/approval-view.ts';
import { callbackIds } from '../action-ids.ts';
import { plainText, sealed, section, titled, type Modal } from './blocks.ts';
import { platformLabel } from './links.ts';
import { platformLine } from './modal-approve.ts';
import { statusLine } from './status.ts';
import { prose } from './text.ts';

export function modalChanged(view: ApprovalView): Modal {
  const changes = view.changes.map((change) => `• ${prose(change, 300)}`);
  const blocks = [
    section('changed', `⚠️ *No vote was recorded.* The request changed in ${platformLabel(view)} while this was open.`),
    ...(changes.length === 0 ? [] : [section('changes', titled('*What changed*', changes, 2400))]),
    section('now', statusLine(view)),
    section('next', 'Close this, look at the refreshed card, and decide again.'),
    ...platformLine(view),
  ];
  return {
    type: 'modal',
    callback_id: callbackIds.changed,
    title: plainText('Request changed'),
    close: plainText('Close'),
    blocks: sealed(blocks, view.revision),
  };
}

// What opens within Slack's three seconds, while the request is read again from the platform.
import type { ApprovalView } from '../../domain/approval-view.ts';
import { callbackIds } from '../action-ids.ts';
import { plainText, sealed, section, type Modal } from './blocks.ts';
import { platformLabel } from './links.ts';

export function modalLoading(view: Pick<ApprovalView, 'platform'>): Modal {
  return {
    type: 'modal',
    callback_id: callbackIds.loading,
    title: plainText('Checking request'),
    close: plainText('Cancel'),
    blocks: sealed([section('loading', `Reading the request again from ${platformLabel(view)}…`)], 0),
  };
}

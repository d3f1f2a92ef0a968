// The modal behind Reject: what a rejection does, why it is rejected, and nothing that could be clicked by accident.
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../domain/approval-view.ts';
import { callbackIds, inputIds, maxReasonLength, minReasonLength, reasonCodes } from '../action-ids.ts';
import { context, plainText, sealed, section, type Modal } from './blocks.ts';
import { decisiveBlocks } from './decisive.ts';
import { platformLabel } from './links.ts';
import { metadataOf } from './modal-approve.ts';
import { name } from './text.ts';
import { duration } from './when.ts';

/** `denyAfterMs`: the pause before `Denied` goes out. `byInitiator`: who asked for it takes the request back. */
export function modalReject(
  view: ApprovalView,
  input: { readonly denyAfterMs: number; readonly byInitiator: boolean },
): Modal {
  const blocks = [
    section('effect', effectWords(view, input)),
    ...decisiveBlocks(view),
    codeInput(),
    reasonInput(),
    context('seen', `Your reason is kept in the audit log, shown here, and sent to ${platformLabel(view)}.`),
  ];
  return {
    type: 'modal',
    callback_id: callbackIds.reject,
    title: plainText(input.byInitiator ? 'Cancel your request?' : 'Reject this?'),
    close: plainText('Back'),
    submit: plainText(input.byInitiator ? 'Cancel request' : 'Reject'),
    private_metadata: metadataOf(view, blocks),
    blocks: sealed(blocks, view.revision),
  };
}

function effectWords(view: ApprovalView, input: { denyAfterMs: number; byInitiator: boolean }): string {
  const platform = platformLabel(view);
  const undo = `You can withdraw it until then.`;
  const pause = `\`Denied\` goes to ${platform} ${duration(input.denyAfterMs)} later and ends the whole request. ${undo}`;
  if (input.byInitiator) return `🔴 *This cancels your own request.* ${pause}`;
  const several = view.standing.filter((group) => (group.rule?.denyQuorum ?? 1) > 1);
  const needs = several.map(
    (group) => `*${name(group.group.name, 60)}* needs ${group.rule?.denyQuorum ?? 1} rejections`,
  );
  const end = needs.length === 0 ? pause : `\`Denied\` is sent only when enough people reject: ${needs.join(', ')}.`;
  return `🔴 *One rejection puts it on hold at once:* nothing is approved from here. ${end}`;
}

function codeInput(): KnownBlock {
  return {
    type: 'input',
    block_id: inputIds.reasonCode.block,
    label: plainText('Reason'),
    element: {
      type: 'static_select',
      action_id: inputIds.reasonCode.action,
      placeholder: plainText('Pick a reason'),
      options: reasonCodes.map(({ code, words }) => ({ text: plainText(words), value: code })),
    },
  };
}

function reasonInput(): KnownBlock {
  return {
    type: 'input',
    block_id: inputIds.reason.block,
    label: plainText('Explain'),
    hint: plainText(`At least ${minReasonLength} characters.`),
    element: {
      type: 'plain_text_input',
      action_id: inputIds.reason.action,
      multiline: true,
      min_length: minReasonLength,
      max_length: maxReasonLength,
      placeholder: plainText('What should the requester do next?'),
    },
  };
}

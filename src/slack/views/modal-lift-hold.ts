// The modal behind Lift hold: an admin asks, a second admin agrees, and only then can the request be approved again.
import type { ApprovalView } from '../../domain/approval-view.ts';
import { callbackIds } from '../action-ids.ts';
import { plainText, sealed, section, titled, type Modal } from './blocks.ts';
import { decisiveBlocks } from './decisive.ts';
import { person } from './links.ts';
import { metadataOf } from './modal-approve.ts';
import { prose } from './text.ts';

export function modalLiftHold(view: ApprovalView): Modal {
  const asked = view.holds.find((hold) => hold.liftAskedBy !== null)?.liftAskedBy ?? null;
  const effect =
    asked === null
      ? '🟠 *You ask to lift the hold.* Nothing happens until a second admin agrees.'
      : `🟠 *${person(asked)} asked to lift the hold.* When you agree, it can be approved again.`;
  const rejections = view.holds.map((hold) => `${person(hold.person)} rejected it: ${prose(hold.reason, 300)}`);
  const blocks = [
    section('effect', effect),
    ...(rejections.length === 0 ? [] : [section('rejections', titled('*Rejections*', rejections, 2400))]),
    ...decisiveBlocks(view),
  ];
  return {
    type: 'modal',
    callback_id: callbackIds.liftHold,
    title: plainText('Lift the hold?'),
    close: plainText('Back'),
    submit: plainText(asked === null ? 'Ask to lift' : 'Agree and lift'),
    private_metadata: metadataOf(view, blocks),
    blocks: sealed(blocks, view.revision),
  };
}

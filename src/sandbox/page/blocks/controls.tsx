// Draws the interactive elements of actions blocks and accessories, and reports what was pressed.
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Button, Confirm, Element, Option } from '../wire/blocks.ts';
import { CheckboxList, RadioList, SelectBox } from './choices.tsx';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { initialValue } from './form.ts';
import type { FieldValue } from './form.ts';
import { useInteraction } from './interaction.ts';
import type { Press } from './interaction.ts';
import { OverflowMenu } from './overflow-menu.tsx';
import { Picture } from './picture.tsx';
import { TextObject } from './text.tsx';

export function Control({ element, blockId }: { element: Element; blockId: string }): ReactNode {
  const confirmed = useConfirmedPress('confirm' in element ? element.confirm : undefined);
  switch (element.type) {
    case 'button':
      return (
        <>
          <PressButton button={element} blockId={blockId} press={confirmed.press} />
          {confirmed.dialog}
        </>
      );
    case 'overflow':
      return (
        <>
          <OverflowMenu element={element} blockId={blockId} press={confirmed.press} />
          {confirmed.dialog}
        </>
      );
    case 'static_select':
    case 'radio_buttons':
    case 'checkboxes':
      return (
        <>
          <ActingChoice element={element} blockId={blockId} press={confirmed.press} />
          {confirmed.dialog}
        </>
      );
    case 'image':
      return <Picture alt={element.alt_text} />;
    case 'plain_text_input':
      return <p className="block-unsupported">A text input belongs into an input block.</p>;
    case 'unsupported':
      return <p className="block-unsupported">This sandbox cannot draw a “{element.original}” element.</p>;
  }
}

/** A confirm dialog stands between the press and its sending, as in Slack: no answer, no payload. */
function useConfirmedPress(confirm: Confirm | undefined): { press: (press: Press) => void; dialog: ReactNode } {
  const { press } = useInteraction();
  const [waiting, setWaiting] = useState<Press>();
  if (!confirm) return { press, dialog: undefined };
  const dialog = waiting && (
    <ConfirmDialog
      confirm={confirm}
      onConfirm={() => {
        setWaiting(undefined);
        press(waiting);
      }}
      onDeny={() => setWaiting(undefined)}
    />
  );
  return { press: setWaiting, dialog };
}

function PressButton(props: { button: Button; blockId: string; press: (press: Press) => void }) {
  const { button, blockId } = props;
  const { busy } = useInteraction();
  const press = () =>
    props.press({
      blockId,
      actionId: button.action_id,
      ...(button.value === undefined ? {} : { value: button.value }),
      ...(button.url === undefined ? {} : { url: button.url }),
    });
  return (
    <button
      type="button"
      className={`button ${button.style ?? ''}`}
      data-action-id={button.action_id}
      data-block-id={blockId}
      aria-label={button.accessibility_label}
      aria-disabled={busy}
      onClick={() => !busy && press()}
    >
      <TextObject text={button.text} />
    </button>
  );
}

type Choice = Extract<Element, { type: 'static_select' | 'radio_buttons' | 'checkboxes' }>;

function ActingChoice(props: { element: Choice; blockId: string; press: (press: Press) => void }) {
  const { element, blockId } = props;
  const { form } = useInteraction();
  const value = form?.read(blockId, element.action_id) ?? initialValue(element);
  const change = (next: FieldValue, selected: Option) => {
    form?.write(blockId, element.action_id, next);
    props.press({ blockId, actionId: element.action_id, selected });
  };
  return <ChoiceField element={element} blockId={blockId} value={value} onChange={change} label={element.action_id} />;
}

type ChoiceProps = {
  element: Choice;
  blockId: string;
  value: FieldValue | undefined;
  label: string;
  onChange: (value: FieldValue, selected: Option) => void;
};

export function ChoiceField({ element, ...props }: ChoiceProps) {
  switch (element.type) {
    case 'static_select':
      return <SelectBox element={element} {...props} />;
    case 'radio_buttons':
      return <RadioList element={element} {...props} />;
    case 'checkboxes':
      return <CheckboxList element={element} {...props} />;
  }
}

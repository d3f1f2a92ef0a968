// An input block of a modal: label, field, hint, and the error that belongs to it.
import { useId } from 'react';
import type { BlockOf, PlainInput } from '../wire/blocks.ts';
import { ChoiceField } from './controls.tsx';
import { initialValue } from './form.ts';
import type { FieldValue } from './form.ts';
import { useInteraction } from './interaction.ts';
import { TextObject } from './text.tsx';

export function InputBlock({ block }: { block: BlockOf<'input'> }) {
  const { form } = useInteraction();
  const blockId = block.block_id ?? '';
  const error = form?.error(blockId);
  return (
    <div className="block-input" data-testid={`input-${blockId}`}>
      <div className="block-input-label">
        <TextObject text={block.label} />
        {block.optional && <span className="optional"> (optional)</span>}
      </div>
      <Field block={block} blockId={blockId} />
      {block.hint && (
        <p className="hint">
          <TextObject text={block.hint} />
        </p>
      )}
      {error && (
        <p className="field-error" role="alert" data-testid={`error-${blockId}`}>
          {error}
        </p>
      )}
    </div>
  );
}

function Field({ block, blockId }: { block: BlockOf<'input'>; blockId: string }) {
  const { form } = useInteraction();
  const { element } = block;
  if (!('action_id' in element)) return <p className="block-unsupported">This input cannot be drawn here.</p>;
  const value = form?.read(blockId, element.action_id) ?? initialValue(element);
  const write = (next: FieldValue) => form?.write(blockId, element.action_id, next);
  const label = block.label.text;
  switch (element.type) {
    case 'plain_text_input':
      return <TextField element={element} blockId={blockId} label={label} value={value} onChange={write} />;
    case 'static_select':
    case 'radio_buttons':
    case 'checkboxes':
      return <ChoiceField element={element} blockId={blockId} value={value} label={label} onChange={write} />;
    case 'button':
    case 'overflow':
      return <p className="block-unsupported">A {element.type} is not an input.</p>;
  }
}

type TextProps = {
  element: PlainInput;
  blockId: string;
  label: string;
  value: FieldValue | undefined;
  onChange: (value: FieldValue) => void;
};

function TextField({ element, blockId, label, value, onChange }: TextProps) {
  const counter = useId();
  const text = value?.kind === 'text' ? value.text : '';
  const shared = {
    className: 'field',
    'aria-label': label,
    'aria-describedby': counter,
    'data-action-id': element.action_id,
    'data-block-id': blockId,
    placeholder: element.placeholder?.text,
    value: text,
    onChange: (event: { target: { value: string } }) => onChange({ kind: 'text', text: event.target.value }),
  };
  return (
    <>
      {element.multiline ? <textarea rows={3} {...shared} /> : <input type="text" {...shared} />}
      {element.max_length !== undefined && (
        <span id={counter} className="counter">
          {text.length} / {element.max_length}
        </span>
      )}
    </>
  );
}

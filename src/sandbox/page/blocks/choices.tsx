// The three ways to choose: a select, radio buttons, checkboxes; usable in inputs and in actions.
import type { Checkboxes, Option, Radio, Select } from '../wire/blocks.ts';
import { decodeEntities } from '../mrkdwn/parse.ts';
import { replaceEmoji } from '../mrkdwn/emoji.ts';
import type { FieldValue } from './form.ts';
import { TextObject } from './text.tsx';

type Props<Kind> = {
  element: Kind;
  blockId: string;
  value: FieldValue | undefined;
  label: string;
  onChange: (value: FieldValue, selected: Option) => void;
};

const plain = (option: Option) => replaceEmoji(decodeEntities(option.text.text));

export function SelectBox({ element, blockId, value, label, onChange }: Props<Select>) {
  const groups = element.option_groups ?? [];
  const options = [...(element.options ?? []), ...groups.flatMap((group) => group.options)];
  const chosen = value?.kind === 'option' ? (value.option?.value ?? '') : '';
  const choose = (wanted: string) => {
    const option = options.find((candidate) => candidate.value === wanted);
    if (option) onChange({ kind: 'option', option }, option);
  };
  return (
    <select
      className="field"
      aria-label={label}
      data-action-id={element.action_id}
      data-block-id={blockId}
      value={chosen}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="" disabled>
        {element.placeholder?.text ?? 'Pick an option'}
      </option>
      {element.options?.map((option) => (
        <option key={option.value} value={option.value}>
          {plain(option)}
        </option>
      ))}
      {groups.map((group) => (
        <optgroup key={group.label.text} label={group.label.text}>
          {group.options.map((option) => (
            <option key={option.value} value={option.value}>
              {plain(option)}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}

export function RadioList({ element, blockId, value, label, onChange }: Props<Radio>) {
  const chosen = value?.kind === 'option' ? value.option?.value : undefined;
  return (
    <div className="choice-list" role="radiogroup" aria-label={label} data-action-id={element.action_id}>
      {element.options?.map((option) => (
        <label key={option.value} className="choice">
          <input
            type="radio"
            name={`${blockId}/${element.action_id}`}
            value={option.value}
            checked={chosen === option.value}
            onChange={() => onChange({ kind: 'option', option }, option)}
          />
          <OptionText option={option} />
        </label>
      ))}
    </div>
  );
}

export function CheckboxList({ element, value, label, onChange }: Props<Checkboxes>) {
  const chosen = value?.kind === 'options' ? value.options : [];
  const isChosen = (option: Option) => chosen.some(({ value: one }) => one === option.value);
  const toggle = (option: Option) => {
    const rest = chosen.filter(({ value: one }) => one !== option.value);
    onChange({ kind: 'options', options: isChosen(option) ? rest : [...rest, option] }, option);
  };
  return (
    <div className="choice-list" role="group" aria-label={label} data-action-id={element.action_id}>
      {element.options.map((option) => (
        <label key={option.value} className="choice">
          <input type="checkbox" value={option.value} checked={isChosen(option)} onChange={() => toggle(option)} />
          <OptionText option={option} />
        </label>
      ))}
    </div>
  );
}

function OptionText({ option }: { option: Option }) {
  return (
    <span>
      <TextObject text={option.text} />
      {option.description && (
        <span className="choice-description">
          <TextObject text={option.description} />
        </span>
      )}
    </span>
  );
}

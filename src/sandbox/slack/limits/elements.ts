// Block Kit elements (buttons, menus, inputs) with their documented limits, and where each may stand.
// https://docs.slack.dev/reference/block-kit/block-elements
import { z } from 'zod';
import { choices, dateTimePicker } from './choices.ts';
import { action, confirmable, focusable, placeholder } from './parts.ts';
import { richText } from './rich-text.ts';
import { colour, link, overflowOption, plainText, slackFile, webLink } from './text.ts';

const dispatchable = {
  dispatch_action_config: z
    .strictObject({
      trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])).optional(),
    })
    .optional(),
};

export const button = z.strictObject({
  type: z.literal('button'),
  ...action,
  ...confirmable,
  text: plainText(75),
  value: z.string().max(2_000).optional(),
  url: link.optional(),
  style: colour.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const workflowButton = z.strictObject({
  type: z.literal('workflow_button'),
  ...action,
  ...confirmable,
  text: plainText(75),
  workflow: z.strictObject({
    trigger: z.strictObject({
      url: webLink,
      customizable_input_parameters: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
    }),
  }),
  style: colour.optional(),
  accessibility_label: z.string().max(75).optional(),
});

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...action,
  ...confirmable,
  options: z.array(overflowOption).min(1).max(5),
});

const input = { ...action, ...dispatchable, ...focusable, ...placeholder };

const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    ...input,
    initial_value: z.string().max(3_000).optional(),
    multiline: z.boolean().optional(),
    min_length: z.int().min(0).max(3_000).optional(),
    max_length: z.int().min(1).max(3_000).optional(),
  })
  .refine((element) => (element.min_length ?? 0) <= (element.max_length ?? 3_000), {
    message: '`min_length` must not be greater than `max_length`',
  });

const numberInput = z
  .strictObject({
    type: z.literal('number_input'),
    ...input,
    is_decimal_allowed: z.boolean(),
    initial_value: z.string().optional(),
    min_value: z.string().optional(),
    max_value: z.string().optional(),
  })
  .refine((element) => Number(element.min_value ?? '-Infinity') <= Number(element.max_value ?? 'Infinity'), {
    message: '`min_value` must not be greater than `max_value`',
  });

const richTextInput = z.strictObject({
  type: z.literal('rich_text_input'),
  ...input,
  initial_value: richText.optional(),
  min_lines: z.int().min(1).max(100).optional(),
  max_lines: z.int().min(1).max(100).optional(),
});

const fields = [
  plainTextInput,
  numberInput,
  richTextInput,
  z.strictObject({ type: z.literal('email_text_input'), ...input, initial_value: z.string().optional() }),
  z.strictObject({ type: z.literal('url_text_input'), ...input, initial_value: z.string().optional() }),
  z.strictObject({
    type: z.literal('file_input'),
    ...action,
    filetypes: z.array(z.string()).optional(),
    max_files: z.int().min(1).max(10).optional(),
  }),
] as const;

export const imageElement = z
  .strictObject({
    type: z.literal('image'),
    alt_text: z.string().min(1).max(2_000),
    image_url: webLink.optional(),
    slack_file: slackFile.optional(),
  })
  .refine((image) => (image.image_url === undefined) !== (image.slack_file === undefined), {
    message: 'must define either `image_url` or `slack_file`',
  });

export const sectionAccessory = z.discriminatedUnion('type', [
  button,
  workflowButton,
  overflow,
  imageElement,
  ...choices,
]);

export const actionsElement = z.discriminatedUnion('type', [
  button,
  workflowButton,
  overflow,
  dateTimePicker,
  richTextInput,
  ...choices,
]);

export const inputElement = z.discriminatedUnion('type', [...choices, dateTimePicker, ...fields]);

// The elements with which a person chooses: menus, radio buttons, checkboxes and pickers.
// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
import { z } from 'zod';
import { canonical } from '../json.ts';
import { action, confirmable, focusable, placeholder } from './parts.ts';
import { formattedOption, optionGroup, plainOption } from './text.ts';

const several = { max_selected_items: z.int().min(1).optional() };

type Offered = { options?: unknown[] | undefined; option_groups?: { options: unknown[] }[] | undefined };

/** An initial option must be one of the offered ones, in every field. */
function isOffered(element: Offered, chosen: unknown[]): boolean {
  const offered = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
  const known = new Set(offered.map(canonical));
  return chosen.every((option) => known.has(canonical(option)));
}

const NOT_OFFERED = { message: 'initial option(s) must exactly match one of the provided options' };
const EITHER_OPTIONS = { message: 'must define either `options` or `option_groups`' };

const optionLists = {
  options: z.array(plainOption).min(1).max(100).optional(),
  option_groups: z.array(optionGroup).min(1).max(100).optional(),
};

function hasOneList(element: { options?: unknown; option_groups?: unknown }): boolean {
  return (element.options === undefined) !== (element.option_groups === undefined);
}

const staticSelect = z
  .strictObject({
    type: z.literal('static_select'),
    ...action,
    ...confirmable,
    ...focusable,
    ...placeholder,
    ...optionLists,
    initial_option: plainOption.optional(),
  })
  .refine(hasOneList, EITHER_OPTIONS)
  .refine(
    (element) => element.initial_option === undefined || isOffered(element, [element.initial_option]),
    NOT_OFFERED,
  );

const multiStaticSelect = z
  .strictObject({
    type: z.literal('multi_static_select'),
    ...action,
    ...confirmable,
    ...focusable,
    ...placeholder,
    ...several,
    ...optionLists,
    initial_options: z.array(plainOption).min(1).max(100).optional(),
  })
  .refine(hasOneList, EITHER_OPTIONS)
  .refine((element) => isOffered(element, element.initial_options ?? []), NOT_OFFERED);

const select = { ...action, ...confirmable, ...focusable, ...placeholder };
const respondable = { response_url_enabled: z.boolean().optional() };
const conversations = {
  default_to_current_conversation: z.boolean().optional(),
  filter: z
    .strictObject({
      include: z
        .array(z.enum(['im', 'mpim', 'private', 'public']))
        .min(1)
        .optional(),
      exclude_external_shared_channels: z.boolean().optional(),
      exclude_bot_users: z.boolean().optional(),
    })
    .optional(),
};

const selects = [
  staticSelect,
  z.strictObject({ type: z.literal('users_select'), ...select, initial_user: z.string().optional() }),
  z.strictObject({
    type: z.literal('conversations_select'),
    ...select,
    ...respondable,
    ...conversations,
    initial_conversation: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('channels_select'),
    ...select,
    ...respondable,
    initial_channel: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('external_select'),
    ...select,
    initial_option: plainOption.optional(),
    min_query_length: z.int().min(0).optional(),
  }),
] as const;

const names = z.array(z.string()).min(1).optional();

const multiSelects = [
  multiStaticSelect,
  z.strictObject({ type: z.literal('multi_users_select'), ...select, ...several, initial_users: names }),
  z.strictObject({
    type: z.literal('multi_conversations_select'),
    ...select,
    ...several,
    ...conversations,
    initial_conversations: names,
  }),
  z.strictObject({ type: z.literal('multi_channels_select'), ...select, ...several, initial_channels: names }),
  z.strictObject({
    type: z.literal('multi_external_select'),
    ...select,
    ...several,
    initial_options: z.array(plainOption).min(1).max(100).optional(),
    min_query_length: z.int().min(0).optional(),
  }),
] as const;

const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    ...action,
    ...confirmable,
    ...focusable,
    options: z.array(formattedOption).min(1).max(10),
    initial_option: formattedOption.optional(),
  })
  .refine(
    (element) => element.initial_option === undefined || isOffered(element, [element.initial_option]),
    NOT_OFFERED,
  );

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...action,
    ...confirmable,
    ...focusable,
    options: z.array(formattedOption).min(1).max(10),
    initial_options: z.array(formattedOption).min(1).max(10).optional(),
  })
  .refine((element) => isOffered(element, element.initial_options ?? []), NOT_OFFERED);

const datePicker = z.strictObject({
  type: z.literal('datepicker'),
  ...select,
  initial_date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
});

const timePicker = z.strictObject({
  type: z.literal('timepicker'),
  ...select,
  initial_time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .optional(),
  timezone: z.string().optional(),
});

export const dateTimePicker = z.strictObject({
  type: z.literal('datetimepicker'),
  ...action,
  ...confirmable,
  ...focusable,
  initial_date_time: z.int().min(1_000_000_000).max(9_999_999_999).optional(),
});

export const choices = [...selects, ...multiSelects, radioButtons, checkboxes, datePicker, timePicker] as const;

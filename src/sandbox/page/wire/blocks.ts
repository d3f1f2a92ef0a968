// The part of Block Kit that this page can draw, parsed before it is believed; the rest becomes `unsupported`, never silence.
import { z } from 'zod';

const textSchema = z.object({
  type: z.enum(['plain_text', 'mrkdwn']),
  text: z.string(),
  verbatim: z.boolean().optional(),
});
export type Text = z.infer<typeof textSchema>;

const confirmSchema = z.object({
  title: textSchema,
  text: textSchema,
  confirm: textSchema,
  deny: textSchema,
  style: z.enum(['primary', 'danger']).optional(),
});
export type Confirm = z.infer<typeof confirmSchema>;

const optionSchema = z.object({
  text: textSchema,
  value: z.string().optional(),
  description: textSchema.optional(),
  url: z.string().optional(),
});
export type Option = z.infer<typeof optionSchema>;

const control = { action_id: z.string(), confirm: confirmSchema.optional() };
const choices = { options: z.array(optionSchema).optional(), initial_option: optionSchema.optional() };

const buttonSchema = z.object({
  type: z.literal('button'),
  ...control,
  text: textSchema,
  value: z.string().optional(),
  url: z.string().optional(),
  style: z.enum(['primary', 'danger']).optional(),
  accessibility_label: z.string().optional(),
});
export type Button = z.infer<typeof buttonSchema>;

const overflowSchema = z.object({ type: z.literal('overflow'), ...control, options: z.array(optionSchema) });
export type Overflow = z.infer<typeof overflowSchema>;

const selectSchema = z.object({
  type: z.literal('static_select'),
  ...control,
  ...choices,
  option_groups: z.array(z.object({ label: textSchema, options: z.array(optionSchema) })).optional(),
  placeholder: textSchema.optional(),
});
export type Select = z.infer<typeof selectSchema>;

const radioSchema = z.object({ type: z.literal('radio_buttons'), ...control, ...choices });
const checkboxesSchema = z.object({
  type: z.literal('checkboxes'),
  ...control,
  options: z.array(optionSchema),
  initial_options: z.array(optionSchema).optional(),
});
const plainInputSchema = z.object({
  type: z.literal('plain_text_input'),
  action_id: z.string(),
  multiline: z.boolean().optional(),
  initial_value: z.string().optional(),
  min_length: z.number().optional(),
  max_length: z.number().optional(),
  placeholder: textSchema.optional(),
});
export type PlainInput = z.infer<typeof plainInputSchema>;
export type Radio = z.infer<typeof radioSchema>;
export type Checkboxes = z.infer<typeof checkboxesSchema>;

const imageSchema = z.object({ type: z.literal('image'), alt_text: z.string(), image_url: z.string().optional() });
const unsupported = z
  .looseObject({ type: z.string() })
  .transform(({ type }) => ({ type: 'unsupported', original: type }) as const);

const elementSchema = z.union([
  z.discriminatedUnion('type', [
    buttonSchema,
    overflowSchema,
    selectSchema,
    radioSchema,
    checkboxesSchema,
    plainInputSchema,
    imageSchema,
  ]),
  unsupported,
]);
export type Element = z.infer<typeof elementSchema>;

const richStyle = z
  .object({ bold: z.boolean(), italic: z.boolean(), strike: z.boolean(), code: z.boolean() })
  .partial();
const richLeafSchema = z.object({
  type: z.string(),
  text: z.string().optional(),
  url: z.string().optional(),
  name: z.string().optional(),
  user_id: z.string().optional(),
  usergroup_id: z.string().optional(),
  channel_id: z.string().optional(),
  range: z.string().optional(),
  timestamp: z.number().optional(),
  format: z.string().optional(),
  fallback: z.string().optional(),
  style: richStyle.optional(),
});
export type RichLeaf = z.infer<typeof richLeafSchema>;
const richSectionSchema = z.object({
  type: z.enum(['rich_text_section', 'rich_text_quote', 'rich_text_preformatted']),
  elements: z.array(richLeafSchema),
});
const richListSchema = z.object({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(richSectionSchema),
});
export type RichPart = z.infer<typeof richSectionSchema> | z.infer<typeof richListSchema>;

const id = { block_id: z.string().optional() };
const knownBlockSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), ...id, text: textSchema }),
  z.object({
    type: z.literal('section'),
    ...id,
    text: textSchema.optional(),
    fields: z.array(textSchema).optional(),
    accessory: elementSchema.optional(),
  }),
  z.object({ type: z.literal('context'), ...id, elements: z.array(z.union([textSchema, imageSchema])) }),
  z.object({ type: z.literal('divider'), ...id }),
  z.object({ type: z.literal('actions'), ...id, elements: z.array(elementSchema) }),
  z.object({ type: z.literal('rich_text'), ...id, elements: z.array(z.union([richListSchema, richSectionSchema])) }),
  z.object({
    type: z.literal('alert'),
    ...id,
    text: textSchema,
    level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
  }),
  z.object({
    type: z.literal('input'),
    ...id,
    label: textSchema,
    hint: textSchema.optional(),
    optional: z.boolean().optional(),
    element: elementSchema,
  }),
  z.object({ type: z.literal('image'), ...id, alt_text: z.string(), title: textSchema.optional() }),
]);
export const blockSchema = z.union([knownBlockSchema, unsupported]);
export type Block = z.infer<typeof blockSchema>;
export type BlockOf<Kind extends Block['type']> = Extract<Block, { type: Kind }>;

export const viewSchema = z.object({
  type: z.enum(['modal', 'home']),
  title: textSchema.nullish(),
  submit: textSchema.nullish(),
  close: textSchema.nullish(),
  blocks: z.array(blockSchema),
});

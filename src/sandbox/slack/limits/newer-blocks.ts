// The blocks of 2025 and 2026, each allowed only on some surfaces; phased roll-outs make them risky in a card.
// https://docs.slack.dev/reference/block-kit/blocks
import { z } from 'zod';
import { plainBlocks } from './blocks.ts';
import { button, imageElement } from './elements.ts';
import { richText } from './rich-text.ts';
import { anyText, confirm, identifier, mrkdwn, plainText, webLink } from './text.ts';

const id = { block_id: identifier.optional() };
const action = { action_id: identifier.optional() };
const label = { accessibility_label: z.string().max(75).optional() };

const alert = z.strictObject({
  type: z.literal('alert'),
  ...id,
  text: anyText(200),
  level: z.enum(['default', 'info', 'warning', 'error', 'success']).optional(),
});

const card = z
  .strictObject({
    type: z.literal('card'),
    ...id,
    hero_image: imageElement.optional(),
    icon: imageElement.optional(),
    slack_icon: z.strictObject({ type: z.literal('icon').optional(), name: z.string().min(1) }).optional(),
    title: mrkdwn(150).optional(),
    subtitle: mrkdwn(150).optional(),
    body: mrkdwn(200).optional(),
    subtext: mrkdwn(200).optional(),
    actions: z.array(button).min(1).max(3).optional(),
  })
  .refine((block) => [block.hero_image, block.title, block.actions, block.body].some((part) => part !== undefined), {
    message: 'must define at least one of `hero_image`, `title`, `actions` or `body`',
    path: ['type'],
  });

const carousel = z.strictObject({ type: z.literal('carousel'), ...id, elements: z.array(card).min(1).max(10) });

const cell = z.discriminatedUnion('type', [
  richText,
  z.strictObject({ type: z.literal('raw_text'), text: z.string().min(1) }),
]);

const table = z.strictObject({
  type: z.literal('table'),
  ...id,
  rows: z.array(z.array(cell).min(1).max(20)).min(1).max(100),
  column_settings: z
    .array(
      z.strictObject({
        align: z.enum(['left', 'center', 'right']).optional(),
        is_wrapped: z.boolean().optional(),
      }),
    )
    .max(20)
    .optional(),
});

const dataTable = z.strictObject({
  type: z.literal('data_table'),
  ...id,
  rows: z.array(z.array(cell).min(1).max(20)).min(1),
  caption: z.string().min(1),
  page_size: z.int().min(1).max(100).optional(),
  row_header_column_index: z.int().min(0).optional(),
});

const container = z
  .strictObject({
    type: z.literal('container'),
    ...id,
    title: plainText(150).optional(),
    rich_text_title: richText.optional(),
    subtitle: anyText(150).optional(),
    child_blocks: z
      .array(z.discriminatedUnion('type', [...plainBlocks, table]))
      .min(1)
      .max(10),
    width: z.enum(['narrow', 'standard', 'wide', 'full']).optional(),
    icon: imageElement.optional(),
    is_collapsible: z.boolean().optional(),
    default_collapsed: z.boolean().optional(),
    has_header_divider: z.boolean().optional(),
  })
  .refine((block) => block.title !== undefined || block.rich_text_title !== undefined, {
    message: 'must define either `title` or `rich_text_title`',
    path: ['type'],
  });

const feedback = z.strictObject({ text: plainText(75), value: z.string().max(2_000), ...label });

const contextActions = z.strictObject({
  type: z.literal('context_actions'),
  ...id,
  elements: z
    .array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('feedback_buttons'),
          ...action,
          positive_button: feedback,
          negative_button: feedback,
        }),
        z.strictObject({
          type: z.literal('icon_button'),
          ...action,
          ...label,
          icon: z.string().min(1),
          text: plainText(75),
          value: z.string().max(2_000).optional(),
          confirm: confirm.optional(),
          visible_to_user_ids: z.array(z.string()).optional(),
        }),
      ]),
    )
    .min(1)
    .max(5),
});

const markdown = z.strictObject({ type: z.literal('markdown'), ...id, text: z.string().min(1).max(12_000) });

const taskCard = z.strictObject({
  type: z.literal('task_card'),
  ...id,
  task_id: z.string().min(1),
  title: z.string().min(1),
  details: richText.optional(),
  output: richText.optional(),
  sources: z.array(z.strictObject({ type: z.literal('url'), url: webLink, text: z.string() })).optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
});

const plan = z.strictObject({
  type: z.literal('plan'),
  ...id,
  title: z.string().min(1),
  tasks: z.array(taskCard).optional(),
});

const shared = [...plainBlocks, card, carousel, container] as const;

export const messageBlock = z.discriminatedUnion('type', [
  ...shared,
  markdown,
  table,
  dataTable,
  contextActions,
  taskCard,
  plan,
]);

/** `alert` is refused in messages and Home by every validator that was tried against the live API. */
export const modalBlock = z.discriminatedUnion('type', [...shared, alert]);

export const homeBlock = z.discriminatedUnion('type', [...shared]);

// The blocks that every surface knows, with their documented limits.
// https://docs.slack.dev/reference/block-kit/blocks
import { z } from 'zod';
import { actionsElement, imageElement, inputElement, sectionAccessory } from './elements.ts';
import { richText } from './rich-text.ts';
import { anyText, identifier, mrkdwn, plainText, slackFile, webLink } from './text.ts';

const id = { block_id: identifier.optional() };

const section = z
  .strictObject({
    type: z.literal('section'),
    ...id,
    text: anyText(3_000).optional(),
    fields: z.array(anyText(2_000)).min(1).max(10).optional(),
    accessory: sectionAccessory.optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, {
    message: 'must define either `text` or `fields`',
    path: ['type'],
  });

const header = z.strictObject({ type: z.literal('header'), ...id, text: plainText(150) });

const divider = z.strictObject({ type: z.literal('divider'), ...id });

const context = z.strictObject({
  type: z.literal('context'),
  ...id,
  elements: z
    .array(z.discriminatedUnion('type', [plainText(), mrkdwn(), imageElement]))
    .min(1)
    .max(10),
});

const actions = z.strictObject({
  type: z.literal('actions'),
  ...id,
  elements: z.array(actionsElement).min(1).max(25),
});

const input = z.strictObject({
  type: z.literal('input'),
  ...id,
  label: plainText(2_000),
  hint: plainText(2_000).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
  element: inputElement,
});

const image = z
  .strictObject({
    type: z.literal('image'),
    ...id,
    alt_text: z.string().min(1).max(2_000),
    title: plainText(2_000).optional(),
    image_url: webLink.optional(),
    slack_file: slackFile.optional(),
  })
  .refine((block) => (block.image_url === undefined) !== (block.slack_file === undefined), {
    message: 'must define either `image_url` or `slack_file`',
  });

const video = z.strictObject({
  type: z.literal('video'),
  ...id,
  video_url: webLink,
  thumbnail_url: webLink,
  alt_text: z.string().min(1),
  title: plainText(199),
  title_url: webLink.optional(),
  author_name: z.string().max(49).optional(),
  provider_name: z.string().optional(),
  provider_icon_url: webLink.optional(),
  description: plainText().optional(),
});

/** What may also stand inside a container. */
export const plainBlocks = [actions, context, divider, header, image, input, richText, section, video] as const;

// Block Kit composition objects (text, option, confirm) with their documented limits.
// https://docs.slack.dev/reference/block-kit/composition-objects
import { z } from 'zod';

/** Slack's own ceiling for any text object; places with less name their own. */
const TEXT_MAX = 3_000;

export function plainText(max: number = TEXT_MAX) {
  return z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
}

export function mrkdwn(max: number = TEXT_MAX) {
  return z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
}

export function anyText(max: number = TEXT_MAX) {
  return z.discriminatedUnion('type', [plainText(max), mrkdwn(max)]);
}

export const identifier = z.string().max(255);

function isLink(value: string): boolean {
  return URL.canParse(value) && /^[a-z][a-z0-9+.-]*:/i.test(value);
}

export const link = z.string().min(1).max(3_000).refine(isLink, 'must be a valid URL');

export const webLink = z
  .string()
  .min(1)
  .max(3_000)
  .refine((value) => URL.canParse(value) && /^https?:/i.test(value), 'must be a valid http(s) URL');

/** 75 is the type file's limit for a value; one page says 150. The stricter one is enforced. */
const OPTION_VALUE_MAX = 75;
const OPTION_TEXT_MAX = 75;

export const plainOption = z.strictObject({
  text: plainText(OPTION_TEXT_MAX),
  value: z.string().min(1).max(OPTION_VALUE_MAX),
  description: plainText(OPTION_TEXT_MAX).optional(),
});

export const overflowOption = plainOption.extend({ url: link.optional() });

/** Radio buttons and checkboxes may format their options. */
export const formattedOption = z.strictObject({
  text: anyText(OPTION_TEXT_MAX),
  value: z.string().min(1).max(OPTION_VALUE_MAX),
  description: anyText(OPTION_TEXT_MAX).optional(),
});

export const optionGroup = z.strictObject({
  label: plainText(75),
  options: z.array(plainOption).min(1).max(100),
});

export const colour = z.enum(['primary', 'danger']);

export const confirm = z.strictObject({
  title: plainText(100).optional(),
  text: anyText(300),
  confirm: plainText(30).optional(),
  deny: plainText(30).optional(),
  style: colour.optional(),
});

export const slackFile = z
  .strictObject({ id: z.string().min(1).optional(), url: webLink.optional() })
  .refine((file) => (file.id === undefined) !== (file.url === undefined), 'must define either `id` or `url`');

// The content of a message as an app sends it: text, blocks, attachments and metadata, judged before use.
import { isObject, textAt, type Json, type JsonObject } from '../json.ts';
import { checkMessageBlocks, LIMITS } from '../limits/check.ts';
import { withIds } from '../messages.ts';
import { recordAdvice, recordViolation } from '../workspace.ts';
import { contentFailure, failure, type Answer, type Context } from './method.ts';

export type Content = {
  text: string | undefined;
  blocks: JsonObject[] | undefined;
  attachments: JsonObject[] | undefined;
  metadata: JsonObject | undefined;
  warning: string | undefined;
};

export type Reading = { kind: 'content'; content: Content } | { kind: 'refused'; answer: Answer };

type Place = 'post' | 'update' | 'ephemeral';

const refused = (answer: Answer): Reading => ({ kind: 'refused', answer });

function isListOfObjects(value: Json): value is JsonObject[] {
  return Array.isArray(value) && value.every(isObject);
}

function readMetadata(context: Context, where: string, value: Json): Answer | undefined {
  if (!isObject(value)) return contentFailure(context, where, 'invalid_metadata_format');
  const isCleared = Object.keys(value).length === 0;
  if (!isCleared && (textAt(value, 'event_type') === undefined || !isObject(value['event_payload']))) {
    return contentFailure(context, where, 'invalid_metadata_schema');
  }
  if (JSON.stringify(value).length > LIMITS.metadataJson) return contentFailure(context, where, 'metadata_too_large');
  return undefined;
}

function readAttachments(context: Context, where: string, value: Json, place: Place): Answer | undefined {
  if (!isListOfObjects(value)) return contentFailure(context, where, 'invalid_attachments');
  if (value.length > LIMITS.attachments) return contentFailure(context, where, 'too_many_attachments');
  if (place === 'ephemeral' && value.some((item) => item['blocks'] !== undefined)) {
    return contentFailure(context, where, 'invalid_attachments');
  }
  for (const attachment of value) {
    const verdict = attachment['blocks'] === undefined ? { problems: [] } : checkMessageBlocks(attachment['blocks']);
    if (verdict.error !== undefined) return contentFailure(context, where, 'invalid_attachments', verdict.problems);
  }
  return undefined;
}

/** `markdown_text` stands alone: it is turned into one markdown block. */
function withMarkdown(context: Context, where: string, args: JsonObject): JsonObject | Answer {
  const markdown = textAt(args, 'markdown_text');
  if (markdown === undefined) return args;
  if (args['text'] !== undefined || args['blocks'] !== undefined) {
    return contentFailure(context, where, 'markdown_text_conflict');
  }
  if (markdown.length > LIMITS.markdownTotal) return contentFailure(context, where, 'msg_too_long');
  return { ...args, text: markdown, blocks: [{ type: 'markdown', text: markdown }] };
}

function readText(
  context: Context,
  where: string,
  args: JsonObject,
  place: Place,
): Pick<Content, 'text' | 'warning'> | Answer {
  const text = textAt(args, 'text');
  if (text === undefined) return { text, warning: undefined };
  if (place === 'update' && text.length > LIMITS.updatedText) return contentFailure(context, where, 'msg_too_long');
  if (text.length > LIMITS.updatedText) {
    recordAdvice(context.workspace, where, 'long_text', `text has ${text.length} characters; 4,000 is the advice`);
  }
  if (text.length <= LIMITS.postedText) return { text, warning: undefined };
  recordViolation(context.workspace, where, 'message_truncated', [`text of ${text.length} characters was cut`]);
  return { text: text.slice(0, LIMITS.postedText), warning: 'message_truncated' };
}

function isAnswer(value: object): value is Answer {
  return 'ok' in value && typeof value.ok === 'boolean';
}

export function readContent(context: Context, where: string, given: JsonObject, place: Place): Reading {
  const args = withMarkdown(context, where, given);
  if (isAnswer(args)) return refused(args);
  const words = readText(context, where, args, place);
  if (isAnswer(words)) return refused(words);

  const { blocks, attachments, metadata } = args;
  if (typeof blocks === 'string') return refused(contentFailure(context, where, 'invalid_blocks_format'));
  if (blocks !== undefined && blocks !== null) {
    const verdict = checkMessageBlocks(blocks);
    if (verdict.error !== undefined) return refused(contentFailure(context, where, verdict.error, verdict.problems));
  }
  const attachmentFault = attachments === undefined ? undefined : readAttachments(context, where, attachments, place);
  if (attachmentFault !== undefined) return refused(attachmentFault);
  const metadataFault = metadata === undefined ? undefined : readMetadata(context, where, metadata);
  if (metadataFault !== undefined) return refused(metadataFault);

  const content: Content = {
    ...words,
    blocks: blocks !== undefined && isListOfObjects(blocks) ? withIds(blocks) : undefined,
    attachments: attachments !== undefined && isListOfObjects(attachments) ? attachments : undefined,
    metadata: isObject(metadata) ? metadata : undefined,
  };
  return judgeEmptiness(context, where, content, place);
}

function judgeEmptiness(context: Context, where: string, content: Content, place: Place): Reading {
  const hasParts = (content.blocks?.length ?? 0) > 0 || (content.attachments?.length ?? 0) > 0;
  const hasText = content.text !== undefined && content.text.trim() !== '';
  if (!hasText && !hasParts) {
    recordViolation(context.workspace, where, 'no_text', []);
    return refused(failure('no_text'));
  }
  if (!hasText && place !== 'update') {
    recordAdvice(context.workspace, where, 'missing_text', 'no fallback text for notifications and screen readers');
  }
  return { kind: 'content', content };
}

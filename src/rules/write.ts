// A draft as the YAML that a person reads, corrects and puts in force.
import { Document, isMap, isSeq, type Node } from 'yaml';
import type { Draft, DraftRule, DraftSet, ImportRemark } from '../domain/rulebook-draft.ts';

export type DraftHeader = {
  /** Where it comes from, one line each. */
  readonly source: readonly string[];
  readonly remarks: readonly ImportRemark[];
};

const lineWidth = 120;

export function writeRulebook(draft: Draft, header: DraftHeader): string {
  const { lists, assets, sets } = draft;
  const document = new Document(
    {
      version: 1,
      ...(Object.keys(lists).length === 0 ? {} : { lists }),
      ...(Object.keys(assets).length === 0 ? {} : { assets }),
      sets: sets.map(setOf),
    },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = headerLines(draft, header).map(commentLine).join('\n');
  inOneLine(document.get('assets', true));
  for (const set of itemsOf(document.get('sets', true))) styleSet(set);
  return document.toString({ lineWidth, flowCollectionPadding: true });
}

function setOf({ name, connections, match, order, otherwise, rules }: DraftSet) {
  return {
    name,
    ...(connections === undefined ? {} : { connections }),
    match,
    ...(order === undefined ? {} : { order }),
    ...(otherwise === undefined ? {} : { otherwise }),
    rules: rules.map(ruleOf),
  };
}

/** In the order in which a rule is read. */
function ruleOf({ id, title, stage, enforcement, priority, when, must, effect, source }: DraftRule) {
  return {
    id,
    title,
    stage,
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(priority === undefined ? {} : { priority }),
    when,
    ...(must === undefined ? {} : { must }),
    effect,
    ...(source === undefined ? {} : { source }),
  };
}

/** What a draft is about where nobody said it: on every connection it may approve, and keep from being approved. */
export function scopeLines({ sets }: Pick<Draft, 'sets'>): readonly string[] {
  const open = sets.filter(({ connections }) => connections === undefined).length;
  if (open === 0) return [];
  const whole = open === sets.length;
  const which = whole ? 'The draft is' : `Of its ${sets.length} sets, ${open} ${open === 1 ? 'is' : 'are'}`;
  return [
    `${which} about every connection, of whatever platform, because none was named.`,
    'To narrow it, write `connections: [ <name> ]` in each set, or import again with `--connection <name>`.',
  ];
}

function headerLines(draft: Draft, { source, remarks }: DraftHeader): readonly string[] {
  return [
    ...source,
    ...scopeLines(draft),
    'A draft: nothing of it counts until somebody puts it in force. Look at it with `countersign rulebook check`, then',
    '`countersign rulebook apply <file> --by <person>`.',
    ...(remarks.length === 0
      ? ['Everything was carried over as it was.']
      : [
          `What could not be carried over as it was (${remarks.length}):`,
          ...remarks.map(({ place, words, instead }) => `- ${place}: ${words}. Instead: ${instead}`),
        ]),
  ];
}

/** Texts of a platform's policies stand in it: no line break of theirs may end the comment. */
function commentLine(text: string): string {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trimEnd();
  return shown === '' ? '' : ` ${shown}`;
}

/** A condition with its settings stands on one line; `any`, `all` and `not` hold theirs one per line. */
function styleSet(set: Node): void {
  if (!isMap(set)) return;
  flow(set.get('connections', true));
  for (const rule of itemsOf(set.get('rules', true))) {
    if (!isMap(rule)) continue;
    for (const part of ['when', 'must'])
      for (const condition of itemsOf(rule.get(part, true))) styleCondition(condition);
    const effects = rule.get('effect', true);
    flow(effects);
    for (const effect of itemsOf(effects)) flow(effect);
    flow(rule.get('source', true));
  }
}

const groups = ['any', 'all', 'not'] as const;

function styleCondition(condition: unknown): void {
  if (!isMap(condition)) return;
  const group = groups.find((name) => condition.has(name));
  if (group === undefined) {
    flow(condition);
    return;
  }
  const inner = condition.get(group, true);
  if (isMap(inner)) styleCondition(inner);
  for (const each of itemsOf(inner)) styleCondition(each);
}

function inOneLine(section: unknown): void {
  if (isMap(section)) for (const { value } of section.items) flow(value);
}

function flow(node: unknown): void {
  if (isMap(node) || isSeq(node)) node.flow = true;
}

function itemsOf(node: unknown): readonly Node[] {
  if (!isSeq(node)) return [];
  return node.items.filter((item): item is Node => isMap(item) || isSeq(item));
}

// The rulebook as a JSON Schema, so that an editor completes keys and marks faults while somebody writes.
import { z } from 'zod';
import { ruleKinds } from './kinds/index.ts';
import { oneSet, setSection, severalSets } from './parse.ts';
import { effect, ruleSection } from './parse-rule.ts';
import { isRecord, recordOf } from './unknown.ts';
import { assetIdentity } from './kinds/asset.ts';
import { assetDefinition } from './names.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the parser reads before it resolves names; some of what it refuses only the parser can see. */
export function rulebookSchema(): JsonSchema {
  const kinds = Object.values(ruleKinds).toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  const one = asWritten(oneSet);
  const several = asWritten(severalSets);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A rulebook of Countersign: when automation may approve',
    type: 'object',
    anyOf: [
      withParts(one, { ...documentParts, rules: listOfRules }),
      withParts(several, { ...documentParts, sets: { type: 'array', minItems: 1, items: { $ref: '#/$defs/set' } } }),
    ],
    $defs: {
      set: withParts(asWritten(setSection), { rules: listOfRules }),
      rule: withParts(asWritten(ruleSection), {
        stage: { type: 'string', pattern: '^(live|shadow|canary [1-9][0-9]?%)$' },
        when: conditions,
        must: conditions,
        effect: { anyOf: [{ $ref: '#/$defs/effect' }, { type: 'array', items: { $ref: '#/$defs/effect' } }] },
      }),
      effect: asWritten(effect),
      condition: {
        anyOf: [
          ...kinds.map(({ kind }) => ({ $ref: `#/$defs/${kind}` })),
          group('any', conditions),
          group('all', conditions),
          group('not', { $ref: '#/$defs/condition' }),
        ],
      },
      ...Object.fromEntries(kinds.map(({ kind, settings }) => [kind, conditionOf(kind, settings)])),
    },
  };
}

const listOfRules = { type: 'array', items: { $ref: '#/$defs/rule' } };
const conditions = { type: 'array', minItems: 1, items: { $ref: '#/$defs/condition' } };

const documentParts = {
  lists: {
    type: ['object', 'null'],
    additionalProperties: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1, maxLength: 200 } },
  },
  assets: { type: ['object', 'null'], additionalProperties: asWritten(assetDefinition) },
};

function group(name: string, inner: unknown): JsonSchema {
  return { type: 'object', properties: { [name]: inner }, required: [name], additionalProperties: false };
}

function conditionOf(kind: string, settings: z.ZodType): JsonSchema {
  const { properties, required, ...rest } = asWritten(settings);
  const others = Array.isArray(required) ? required.map(String) : [];
  return { ...rest, properties: { kind: { const: kind }, ...recordOf(properties) }, required: ['kind', ...others] };
}

function withParts(schema: JsonSchema, parts: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...recordOf(schema['properties']), ...parts } };
}

/** Settings are checked after names were resolved; an editor sees them before. */
function asWritten(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return recordOf(written(made));
}

function written(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(written);
  if (!isRecord(node)) return node;
  const properties = recordOf(node['properties']);
  if ('list' in properties && 'values' in properties) return members(recordOf(properties['values'])['items']);
  if (isLimit(node)) return limitText;
  const kept = Object.entries(node).filter(([key, value]) => !isPatternOfOurs(key, value));
  return Object.fromEntries(kept.map(([key, value]) => [key, written(value)]));
}

/** Editors read patterns without Unicode's classes: a text that is refused for an invisible character is left to the parser. */
function isPatternOfOurs(key: string, value: unknown): boolean {
  return key === 'pattern' && typeof value === 'string' && value.includes('\\p{');
}

/** `in: [ … ]`, or `in: $name`. */
function members(items: unknown): JsonSchema {
  // An asset is written by its name among `assets`, or written out.
  const entry = isAsset(items)
    ? { anyOf: [{ type: 'string', minLength: 1 }, asWritten(assetIdentity)] }
    : written(items);
  return {
    anyOf: [
      { type: 'array', minItems: 1, items: entry },
      { type: 'string', pattern: '^\\$' },
    ],
  };
}

function isAsset(items: unknown): boolean {
  const properties = recordOf(recordOf(items)['properties']);
  return 'network' in properties && 'reference' in properties;
}

const limitText = {
  type: 'string',
  pattern: '^(0|[1-9][0-9]{0,99})(\\.[0-9]+)? [A-Za-z][A-Za-z0-9_-]*$',
  description: 'Digits, a blank and a unit: `1000 USD`, or an asset from `assets`, `5000 USDC`.',
};

function isLimit(node: Readonly<Record<string, unknown>>): boolean {
  const options: unknown = node['oneOf'] ?? node['anyOf'];
  if (!Array.isArray(options)) return false;
  return options.length > 0 && options.every((option) => 'unit' in recordOf(recordOf(option)['properties']));
}

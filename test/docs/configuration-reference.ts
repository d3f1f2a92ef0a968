// Writes manifests/configuration.md: every key from the schema, with its type, its default and its sentence.
import { z } from 'zod';
import { checksSection } from '../../src/config-checks.ts';
import {
  adminsSection,
  auditSection,
  budgetSection,
  connectionSection,
  groupSection,
  personSection,
  rulebookSection,
  slackSection,
  timingSection,
} from '../../src/config-schema.ts';
import { platforms } from '../../src/platforms/index.ts';
import { credentialSentences, keySentences, variableSentences, type Sentence } from './configuration-sentences.ts';

/** The part of JSON Schema that our configuration uses; anything else is a fault of this page. */
type Schema = {
  readonly type?: string | readonly string[] | undefined;
  readonly default?: unknown;
  readonly enum?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
};

const schemaShape: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    default: z.unknown().optional(),
    enum: z.array(z.string()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    anyOf: z.array(schemaShape).optional(),
    items: schemaShape.optional(),
    properties: z.record(z.string(), schemaShape).optional(),
    required: z.array(z.string()).optional(),
  }),
);

/** In the order in which a file is read; `sections` in the schema names the same ones. */
const roots = {
  slack: { path: 'slack', schema: slackSection },
  connections: { path: 'connections.*', schema: connectionSection },
  people: { path: 'people[]', schema: personSection },
  admins: { path: 'admins', schema: adminsSection },
  groups: { path: 'groups[]', schema: groupSection },
  budgets: { path: 'budgets[]', schema: budgetSection },
  rulebook: { path: 'rulebook', schema: rulebookSection },
  checks: { path: 'checks', schema: checksSection },
  timing: { path: 'timing', schema: timingSection },
  audit: { path: 'audit', schema: auditSection },
} as const;

export type Row = {
  readonly path: string;
  readonly schema: Schema;
  readonly required: boolean;
};

export function sectionNames(): readonly string[] {
  return Object.keys(roots);
}

/** Every key of the file, in order, the sections themselves included. */
export function keyRows(): readonly Row[] {
  return Object.values(roots).flatMap(({ path, schema }) => rowsOf(path, schemaOf(schema), false));
}

/** Every key of `credentials`, by platform. */
export function credentialRows(): Readonly<Record<string, readonly Row[]>> {
  const entries = Object.entries(platforms).map(([kind, { credentials }]) => {
    const [, ...rows] = rowsOf('', schemaOf(credentials), false);
    return [kind, rows.map((row) => ({ ...row, path: row.path.slice(1) }))] as const;
  });
  return Object.fromEntries(entries);
}

function schemaOf(schema: z.ZodType): Schema {
  return schemaShape.parse(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function rowsOf(path: string, schema: Schema, required: boolean): readonly Row[] {
  const object = [schema, ...(schema.anyOf ?? [])].find(({ properties }) => properties !== undefined);
  const inner = Object.entries(object?.properties ?? {}).flatMap(([key, value]) =>
    rowsOf(`${path}.${key}`, value, object?.required?.includes(key) === true),
  );
  return [{ path, schema, required }, ...inner];
}

function typeWords(schema: Schema): string {
  const variants = (schema.anyOf ?? []).filter(({ type }) => type !== 'null');
  if (variants.length > 0) return variants.map(typeWords).join(' or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  const type = [schema.type].flat().find((name) => name !== 'null') ?? 'nothing';
  switch (type) {
    case 'string':
      return schema.minLength !== undefined && schema.minLength > 1
        ? `text, ${schema.minLength} characters or more`
        : 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number, ${schema.minimum} to ${schema.maximum?.toLocaleString('en-US')}`;
    case 'array':
      return `list of ${schema.items === undefined ? 'values' : typeWords(schema.items)}`;
    case 'object':
      return 'section';
    default:
      throw new Error(`failed to name the type ${JSON.stringify(schema)}`);
  }
}

function defaultWords({ schema, required }: Row): string {
  if (required) return '**required**';
  const value = schema.default;
  if (value === undefined || value === null) return '–';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `\`${JSON.stringify(value)}\``;
  return typeof value === 'object' ? '–' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
}

function rowLine(row: Row, sentence: Sentence | undefined): string {
  const words = sentence?.words ?? 'MISSING';
  return `| \`${row.path}\` | ${sentence?.form ?? typeWords(row.schema)} | ${defaultWords(row)} | ${words} |`;
}

const tableHead = ['| key | is | default | |', '|---|---|---|---|'];

export function configurationPage(): string {
  const sections = Object.values(roots).flatMap(({ path }) => {
    const [root, ...rows] = keyRows().filter((row) => row.path === path || row.path.startsWith(`${path}.`));
    if (root === undefined) throw new Error(`failed to find the rows of ${path}`);
    const sentence = keySentences[path];
    const title = `### \`${path.replace(/\.\*|\[\]/g, '')}\``;
    // A section that is one value is a table of one row.
    if (rows.length === 0) return [title, '', ...tableHead, rowLine(root, sentence), ''];
    return [
      title,
      '',
      sentence?.words ?? 'MISSING',
      '',
      ...tableHead,
      ...rows.map((row) => rowLine(row, keySentences[row.path])),
      '',
    ];
  });
  const credentials = Object.entries(credentialRows()).flatMap(([kind, rows]) => [
    `### \`connections.*.credentials\` with \`platform: ${kind}\``,
    '',
    ...tableHead,
    ...rows.map((row) => rowLine(row, credentialSentences[kind]?.[row.path])),
    '',
  ]);
  const variables = Object.entries(variableSentences).map(
    ([name, { form, absent, words }]) => `| \`${name}\` | ${form} | ${absent} | ${words} |`,
  );
  return [...opening, ...sections, ...credentials, ...environment, ...variables, '', ...closing].join('\n');
}

const opening = [
  '<!-- Generated from src/config-schema.ts: UPDATE_DOCS=1 npx vitest run test/docs -->',
  '# Configuration reference',
  '',
  'One YAML file and a few environment variables. A file with faults is refused as a whole, every fault at once with its',
  'line and what to write instead. A key that is not listed here is a fault, so a typing error can never loosen anything.',
  'What is missing means "ask a human", never "approve". Start from `countersign.example.yaml` in this folder.',
  '',
  '`*` is a name of your choice, `[]` an entry of a list. `${NAME}` anywhere in the file is replaced by the environment',
  'variable `NAME`: keep every secret there.',
  '',
  '## The file',
  '',
];

const environment = ['## Environment', '', '| variable | is | absent | |', '|---|---|---|---|'];

const closing = [
  'A variable that is set but empty is a fault, not a wish for the default. Every other secret is named in the file as',
  '`${NAME}`. What a `rulebook` may hold: [src/rules/README.md](../src/rules/README.md).',
  '',
];

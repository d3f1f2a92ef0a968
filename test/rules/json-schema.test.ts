import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { rulebookSchema } from '../../src/rules/json-schema.ts';
import { ruleKinds } from '../../src/rules/kinds/index.ts';
import { lintRulebook } from '../../src/rules/lint.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { writeRulebook } from '../../src/rules/write.ts';
import { change, text } from './rulebooks.ts';

const folder = new URL('../../manifests/', import.meta.url);
const examples = readdirSync(folder).filter((name) => /^rulebook\..*\.yaml$/.test(name));

const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');

const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(rulebookSchema())));

/** As an editor reads it. */
const accepts = (source: string) => schema.safeParse(parse(source)).success;

/** With addresses in quotes, which an editor takes for numbers otherwise. */
const quoted = (source: string) => source.replaceAll(/(?<!')0x[0-9a-fA-F]{40}/g, (address) => `'${address}'`);

describe('the schema for editors', () => {
  test('is what stands in manifests/', () => {
    const made = rulebookSchema();
    const place = new URL('rulebook.schema.json', folder);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(place, `${JSON.stringify(made, null, 2)}\n`);

    const update = 'stale: run UPDATE_DOCS=1 npx vitest run test/rules/json-schema, then npm run format';
    expect(JSON.parse(read('rulebook.schema.json')), update).toEqual(JSON.parse(JSON.stringify(made)));
  });

  test('knows every kind of condition', () => {
    const { $defs } = z.looseObject({ $defs: z.record(z.string(), z.unknown()) }).parse(rulebookSchema());

    expect(Object.keys($defs)).toEqual(expect.arrayContaining(Object.keys(ruleKinds)));
  });

  test('accepts what an import writes', () => {
    const draft = {
      lists: {},
      assets: {},
      sets: [
        {
          name: 's',
          match: 'all-trigger',
          rules: [
            {
              id: 'r',
              title: 'R',
              stage: 'canary 5%',
              when: [{ any: [{ kind: 'always' }, { not: { kind: 'memo', present: true } }] }],
              effect: [{ abstain: 'so' }, { notify: 'ops' }],
              source: { platform: 'dfns', id: 'plc-1' },
            },
          ],
        },
      ],
    } as const;

    expect(accepts(writeRulebook(draft, { source: [], remarks: [] }))).toBe(true);
  });

  test.each([
    ['an unknown key', quoted(change('stage: live', 'stage: live\n    unless: []'))],
    ['an unknown stage', quoted(change('stage: live', 'stage: on'))],
    ['an unknown kind', quoted(change('kind: amount', 'kind: amont'))],
    ['an amount without a unit', quoted(change('1000 USD', "'1000'"))],
    ['no conditions', quoted(change(/when:[^]*/, 'when: []\n'))],
    ['a condition with another key', quoted(change('in: [transfer]', 'in: [transfer], of: x'))],
    ['neither rules nor sets', 'version: 1\n'],
    ['rules beside sets', `${quoted(text)}sets: []\n`],
  ])('refuses %s', (_, source) => {
    expect(accepts(quoted(text))).toBe(true);
    expect(accepts(source)).toBe(false);
  });
});

describe('the examples', () => {
  test.each(examples)('%s parses, has no findings, and names the schema for editors', (name) => {
    const source = read(name);
    const reading = parseRulebook(source);

    expect(source.split('\n')[0]).toBe('# yaml-language-server: $schema=./rulebook.schema.json');
    expect(accepts(source)).toBe(true);
    expect(reading).toMatchObject({ kind: 'ok' });
    if (reading.kind === 'faults') return;
    const { rulebook } = reading;
    expect(lintRulebook({ rulebook, text: source, connections: new Set(['treasury']), groups: null })).toEqual([]);
  });

  test('are there for what people need most', () => {
    expect(examples.toSorted()).toEqual([
      'rulebook.example.yaml',
      'rulebook.guards.yaml',
      'rulebook.limits.yaml',
      'rulebook.payroll.yaml',
      'rulebook.sets.yaml',
    ]);
  });
});

// The configuration reference says what the schema says: no key without a sentence, no sentence without a key.
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config-environment.ts';
import { sections } from '../../src/config-schema.ts';
import { configurationPage, credentialRows, keyRows, sectionNames } from './configuration-reference.ts';
import { credentialSentences, keySentences, variableSentences } from './configuration-sentences.ts';

const page = new URL('../../manifests/configuration.md', import.meta.url);

function shown(name: string): string {
  return (variableSentences[name]?.absent ?? '').replaceAll('`', '');
}

describe('the configuration reference', () => {
  it('covers every section that the file may have', () => {
    expect(sectionNames().toSorted()).toEqual(Object.keys(sections.shape).toSorted());
  });

  it('has one sentence for every key, and none for a key that is not there', () => {
    const paths = keyRows().map(({ path }) => path);

    expect(Object.keys(keySentences).toSorted()).toEqual(paths.toSorted());
  });

  it('has one sentence for every credential of every platform', () => {
    const paths = Object.entries(credentialRows()).map(([kind, rows]) => [kind, rows.map(({ path }) => path)]);

    const described = Object.entries(credentialSentences).map(([kind, keys]) => [kind, Object.keys(keys)]);
    expect(described).toEqual(paths);
  });

  it('has one sentence for every environment variable that is read', () => {
    const names = new Set<string>();
    const recorder = new Proxy<Record<string, string | undefined>>(
      {},
      {
        get: (_target, name) => {
          names.add(String(name));
          return undefined;
        },
      },
    );

    readEnvironment(recorder);

    expect(Object.keys(variableSentences).toSorted()).toEqual([...names].toSorted());
  });

  it('gives the defaults that are used when a variable is absent', () => {
    const reading = readEnvironment({});

    expect(shown('CONFIG_FILE')).toBe(reading.configFile);
    expect(shown('DATA_DIR')).toBe(reading.dataDir);
    expect(shown('ROLE')).toBe(reading.role);
    expect(shown('HOST')).toBe(reading.host);
    expect(shown('PORT')).toBe(String(reading.port));
    expect(shown('LOG_LEVEL')).toBe(reading.logLevel);
  });

  it('is what stands in manifests/configuration.md', async () => {
    const generated = configurationPage();
    if (process.env['UPDATE_DOCS'] === '1') await writeFile(page, generated);

    const written = await readFile(page, 'utf8');

    expect(written, 'stale: run UPDATE_DOCS=1 npx vitest run test/docs').toBe(generated);
  });
});

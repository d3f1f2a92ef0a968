// Every view as it is sent, compared with what a person last looked at. UPDATE_GOLDEN=1 writes the files anew.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { brokenLimits } from './block-limits.ts';
import { scenes } from './scenes.ts';

const folder = new URL('golden/', import.meta.url);
const update = process.env['UPDATE_GOLDEN'] === '1';

describe('golden views', () => {
  it.each(Object.entries(scenes))('%s is what was last looked at', (name, payload) => {
    const file = new URL(`${name}.json`, folder);
    const json = `${JSON.stringify(payload, null, 2)}\n`;
    if (update) writeFileSync(file, json);

    expect(json).toBe(readFileSync(file, 'utf8'));
  });

  it.each(Object.entries(scenes))('%s keeps every limit of Slack', (_name, payload) => {
    expect(brokenLimits(payload)).toEqual([]);
  });

  it.each(Object.entries(scenes).filter(([name]) => name.startsWith('card.')))(
    '%s has a fallback of 60 to 170 characters',
    (_name, payload) => {
      expect(payload.text?.length).toBeGreaterThanOrEqual(60);
      expect(payload.text?.length).toBeLessThanOrEqual(170);
    },
  );

  it('holds a file for every scene and no other', () => {
    const expected = Object.keys(scenes).map((name) => `${name}.json`);
    const found = readdirSync(folder);
    if (update) for (const file of found.filter((entry) => !expected.includes(entry))) rmSync(new URL(file, folder));

    expect(readdirSync(folder).toSorted()).toEqual(expected.toSorted());
  });
});

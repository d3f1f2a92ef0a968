// What AxonVault's documentation leaves open about its policies, as settings of an import; the strictest is the default.
import type { ImportFault } from '../../domain/rulebook-draft.ts';
import { dayStart } from '../../domain/spend.ts';

export const optionWords: Readonly<Record<string, string>> = {
  matching:
    'which policy "matches": every (default: each one does, so the first decides alone) or speaking (the first that blocks, asks or allows)',
  threshold: 'an approval is needed when the amount has reached the threshold (default) or exceeded it',
  day: 'what a daily limit is about: utc (default: the calendar day), rolling (24 hours), or an IANA time zone',
  dailyPer: 'whose spend a daily limit counts: connection (default: all of it), wallet or initiator',
};

export type Options = {
  readonly everyPolicyMatches: boolean;
  readonly thresholdItself: boolean;
  readonly window: string;
  readonly per: 'connection' | readonly string[];
};

const choices: Readonly<Record<string, readonly string[]>> = {
  matching: ['every', 'speaking'],
  threshold: ['reached', 'exceeded'],
  dailyPer: ['connection', 'wallet', 'initiator'],
};

export function readOptions(given: Readonly<Record<string, string>>, faults: ImportFault[]): Options {
  for (const [name, value] of Object.entries(given)) {
    const path = `options.${name}`;
    const allowed = Object.hasOwn(choices, name) ? choices[name] : undefined;
    if (allowed !== undefined && !allowed.includes(value)) {
      faults.push({ path, words: `"${value}" is not a choice`, remedy: `Choose from: ${allowed.join(', ')}.` });
    } else if (allowed === undefined && name !== 'day') {
      const remedy = `Choose from: ${Object.keys(optionWords).join(', ')}.`;
      faults.push({ path, words: 'is not an option of AxonVault', remedy });
    } else if (name === 'day' && value !== 'utc' && value !== 'rolling' && dayStart(value, 0) === null) {
      faults.push({ path, words: `"${value}" is not a choice`, remedy: 'Write utc, rolling, or e.g. Asia/Singapore.' });
    }
  }
  const day = given['day'] ?? 'utc';
  const per = given['dailyPer'] ?? 'connection';
  return {
    everyPolicyMatches: given['matching'] !== 'speaking',
    thresholdItself: given['threshold'] !== 'exceeded',
    window: day === 'rolling' ? '24h' : `day ${day === 'utc' ? 'UTC' : day}`,
    per: per === 'connection' ? 'connection' : [per],
  };
}

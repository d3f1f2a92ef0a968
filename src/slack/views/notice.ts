// Messages to the channel that are about no single approval: switches, configuration, decisions that we did not make.
import type { EpochMs } from '../../domain/amount.ts';
import { slashCommand } from '../action-ids.ts';
import { context, sealed, section, titled, type Message } from './blocks.ts';
import { fallback, name, prose } from './text.ts';
import { dateAndTime } from './when.ts';

export type Notice = {
  /** What it is about; an unknown kind is shown with its words and no more. */
  readonly kind: string;
  readonly connection: string | null;
  /** Plain words, one line per thing to say; the first is the headline. */
  readonly words: string;
  readonly createdAt: EpochMs;
};

const openings: Readonly<Record<string, string>> = {
  paused: '⏸️ *Paused*',
  resumed: '▶️ *Resumed*',
  'resume-asked': '🟠 *Asked to resume*',
  attention: '⚠️ *Needs attention*',
  'configuration-changed': '🔧 *Configuration changed*',
  'rulebook-applied': '📘 *Rulebook in force*',
  'rule-demoted': '↩️ *A rule fell back to shadow*',
  'foreign-decision': '🚨 *A decision that we did not make*',
};

const nextSteps: Readonly<Record<string, string>> = {
  paused: 'Nothing is approved from here until two admins resume. Rejecting still works.',
  resumed: 'Everything that waits is checked afresh; nothing is let through for having waited.',
  'resume-asked': 'Everything stays paused until a second admin resumes too. Who asked cannot be the second.',
  attention: `What waits, and why, is in \`${slashCommand} status\` and in \`countersign status\`.`,
  'configuration-changed':
    'Changed people cannot vote on requests that were there before, nor until the cooling time is over.',
  'rulebook-applied': 'What waits is evaluated afresh. `countersign rulebook show` prints it.',
  'rule-demoted': 'It is judged and shown, and approves nothing, until an admin applies the rulebook again.',
  'foreign-decision':
    "Our service account decided this on the platform, but not through us. Both switches are off. Change the account's key, then find out who used it.",
};

export function channelNotice(notice: Notice): Message {
  const opening = lookUp(openings, notice.kind) ?? '🔔 *Notice*';
  const next = lookUp(nextSteps, notice.kind);
  const [headline = '', ...lines] = notice.words.split('\n').filter((line) => line.trim() !== '');
  const shown = lines.map((line) => `• ${prose(line, 300)}`);
  const about = [
    ...(notice.connection === null ? [] : [`Connection ${name(notice.connection, 60)}`]),
    dateAndTime(notice.createdAt),
  ];
  const blocks = [
    section('notice', titled(`${opening}  ${prose(headline, 300)}`, shown, 2400)),
    ...(next === null ? [] : [section('next', next)]),
    context('about', about.join('  ·  ')),
  ];
  const text = `${opening.replaceAll('*', '')}: ${fallback(headline, 110)}`;
  return { text, blocks: sealed(blocks, 0) };
}

function lookUp(table: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null;
}

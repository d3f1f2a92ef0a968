// Rulebooks of a few rules, and what the linter says of them in one line each.
import { lintRulebook } from '../../src/rules/lint.ts';
import { rulebookOf, supplier, usdc } from './rulebooks.ts';

export const connections = new Set(['treasury']);
export const groups = new Set(['Treasury', 'Compliance']);

export function short(source: string): readonly string[] {
  return lintRulebook({ rulebook: rulebookOf(source), text: source, connections, groups }).map(
    ({ severity, line, path, words }) => `${severity} ${line} ${path} ${words}`,
  );
}

/** Rules of one set, each with these conditions in its `when`, and what else it has. */
export function set(
  rules: readonly { when: readonly string[]; also?: readonly string[] }[],
  match = 'first-match',
): string {
  const written = rules.map(
    ({ when, also = [] }, at) => `  - id: r${at + 1}
    title: Rule ${at + 1}
    stage: live
    when:
${when.map((condition) => `      - ${condition}`).join('\n')}
${also.map((line) => `    ${line}\n`).join('')}`,
  );
  return `version: 1
match: ${match}
lists: { suppliers: ['${supplier}'] }
assets: { USDC: { network: Ethereum, reference: '${usdc}', decimals: 6 } }
rules:
${written.join('')}`;
}

export const transfer = '{ kind: activity, in: [transfer] }';
export const people = ['effect: people'];
/** What keeps a rule that objects out of the other findings. */
export const objecting = (...when: readonly string[]) => ({ when, also: people });

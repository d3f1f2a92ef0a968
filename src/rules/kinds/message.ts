// The message that is signed: what it says, and how long it is in bytes of UTF-8.
import { closedObject, refuse } from '../document.ts';
import { allOf } from '../../domain/rulebook.ts';
import { defineKind, judge, unknownBecause } from '../kind.ts';
import { comparison, faultsOfComparison, prepareComparison, resolveComparisons } from './comparison.ts';

const settings = closedObject({ content: comparison.optional(), byteLength: comparison.optional() }).superRefine(
  (given, ctx) => {
    const { content, byteLength } = given;
    if (content === undefined && byteLength === undefined) {
      refuse(ctx, given, 'has neither content nor byteLength', 'Write e.g. `content: { startsWith: Sign in to }`.');
    }
    const sides = [
      { key: 'content', faults: content === undefined ? [] : faultsOfComparison(content, 'text') },
      { key: 'byteLength', faults: byteLength === undefined ? [] : faultsOfComparison(byteLength, 'number') },
    ];
    for (const { key, faults } of sides) {
      for (const { place, words, remedy } of faults) {
        ctx.addIssue({ code: 'custom', path: [key, ...place], message: words, params: { remedy }, input: given });
      }
    }
  },
);

export const message = defineKind({
  kind: 'message',
  settings,
  resolve: (written, names) => {
    const { settings: resolved, faults } = resolveComparisons(written, '', names);
    return { settings: resolved, faults: faults.map((fault) => ({ ...fault, place: fault.place.slice(1) })) };
  },
  prepare: ({ content, byteLength }) => {
    const says = content === undefined ? null : prepareComparison(content, 'text');
    const long = byteLength === undefined ? null : prepareComparison(byteLength, 'number');
    return {
      wanted: [
        ...(says === null ? [] : [`a message that ${says.wanted}`]),
        ...(long === null ? [] : [`a length in bytes ${long.wanted}`]),
      ].join(' and '),
      test: (facts, say) =>
        judge(facts.message, say, (text) => {
          const bytes = new TextEncoder().encode(text);
          // Half a surrogate pair is no text: its bytes are not those that would be signed.
          if (new TextDecoder().decode(bytes) !== text) {
            return unknownBecause(say, 'unreadable', 'the message is not readable text');
          }
          const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
          say?.(shown, `the message has ${bytes.length} bytes: ${shown}`);
          return allOf([says?.test(text) ?? 'true', long?.test(String(bytes.length)) ?? 'true']);
        }),
    };
  },
});

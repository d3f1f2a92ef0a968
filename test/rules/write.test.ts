import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Draft, DraftCondition, DraftRule } from '../../src/domain/rulebook-draft.ts';
import { parseRulebook } from '../../src/rules/parse.ts';
import { writeRulebook } from '../../src/rules/write.ts';
import { supplier, usdc } from './rulebooks.ts';

const draft: Draft = {
  lists: { suppliers: [supplier] },
  assets: { USDC: { network: 'Ethereum', reference: usdc, decimals: 6 } },
  sets: [
    {
      name: 'treasury',
      connections: ['treasury'],
      match: 'first-match',
      order: 'low-first',
      otherwise: 'pass-on',
      rules: [
        {
          id: 'plc-1',
          title: 'Payouts: "small" ones # really',
          stage: 'shadow',
          priority: 1,
          when: [
            { kind: 'activity', in: ['transfer'] },
            { any: [{ kind: 'recipient', in: '$suppliers' }, { not: { kind: 'memo', present: true } }] },
          ],
          must: [{ kind: 'amount', atMost: '5000 USDC' }],
          effect: 'allow',
          source: { platform: 'dfns', id: 'plc-1', version: '2' },
        },
        {
          id: 'plc-2',
          title: 'yes',
          stage: 'live',
          enforcement: 'advisory',
          priority: 2,
          when: [{ kind: 'always' }],
          effect: [{ people: ['Treasury', '0123'], quorum: 2 }, { notify: 'ops' }],
        },
      ],
    },
  ],
};

describe('a draft', () => {
  test('says that it is about every connection where none is named, and how to narrow it', () => {
    const [set, ...others] = draft.sets;
    if (set === undefined) throw new Error('the draft has no set');
    const { connections: _, ...open } = set;
    const written = (sets: Draft['sets']) => writeRulebook({ ...draft, sets }, { source: ['From x.'], remarks: [] });

    expect(written([open])).toMatch(
      /^# From x\.\n# The draft is about every connection, .*\n# To narrow it, write `connections: \[ <name> \]` in each set, .*`--connection <name>`\.\n# A draft:/,
    );
    expect(written([set, { ...open, name: 'other' }, ...others])).toContain(
      '# Of its 2 sets, 1 is about every connection',
    );
    expect(written([set])).not.toContain('every connection');
  });

  test('is written as a person would write it, with where it comes from and what was lost', () => {
    const text = writeRulebook(draft, {
      source: ['Imported from dfns: policies.json'],
      remarks: [
        { place: 'plc-9 rule', words: 'screening\nis not done here', instead: 'a rule that is always unknown' },
      ],
    });

    expect(text).toBe(`# Imported from dfns: policies.json
# A draft: nothing of it counts until somebody puts it in force. Look at it with \`countersign rulebook check\`, then
# \`countersign rulebook apply <file> --by <person>\`.
# What could not be carried over as it was (1):
# - plc-9 rule: screening is not done here. Instead: a rule that is always unknown

version: 1
lists:
  suppliers:
    - "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
assets:
  USDC: { network: Ethereum, reference: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", decimals: 6 }
sets:
  - name: treasury
    connections: [ treasury ]
    match: first-match
    order: low-first
    otherwise: pass-on
    rules:
      - id: plc-1
        title: 'Payouts: "small" ones # really'
        stage: shadow
        priority: 1
        when:
          - { kind: activity, in: [ transfer ] }
          - any:
              - { kind: recipient, in: $suppliers }
              - not: { kind: memo, present: true }
        must:
          - { kind: amount, atMost: 5000 USDC }
        effect: allow
        source: { platform: dfns, id: plc-1, version: "2" }
      - id: plc-2
        title: yes
        stage: live
        enforcement: advisory
        priority: 2
        when:
          - { kind: always }
        effect: [ { people: [ Treasury, "0123" ], quorum: 2 }, { notify: ops } ]
`);
  });

  test('says so when nothing was lost', () => {
    expect(writeRulebook(draft, { source: [], remarks: [] })).toContain('# Everything was carried over as it was.');
  });

  test('reads back as what was written, whatever its texts hold', () => {
    const word = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      fc.constantFrom(
        '# no comment',
        '${X}',
        '- a',
        '{',
        'a: b',
        '0x10',
        '1e3',
        '0o7',
        'null',
        '~',
        '2026-11-20',
        '*a',
        '&b',
        '!c',
        '%d',
        '\t',
      ),
    );
    const leaf = fc.record({ kind: fc.constant('initiator'), in: fc.array(word, { minLength: 1, maxLength: 3 }) });
    const { condition } = fc.letrec<{ condition: DraftCondition }>((tie) => ({
      condition: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.record({ kind: fc.constant('unsupported'), what: word }),
        fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ not: tie('condition') }),
      ),
    }));
    const rule: fc.Arbitrary<DraftRule> = fc.record(
      {
        id: fc.constantFrom('a', 'b'),
        title: word,
        stage: fc.constantFrom('live', 'shadow', 'canary 5%'),
        when: fc.array(condition, { minLength: 1, maxLength: 2 }),
        must: fc.array(condition, { minLength: 1, maxLength: 2 }),
        effect: fc.oneof(
          fc.constant('allow' as const),
          word.map((abstain) => ({ abstain })),
        ),
      },
      { requiredKeys: ['id', 'title', 'stage', 'when', 'effect'] },
    );
    const drafts = rule.map((each): Draft => ({
      lists: {},
      assets: {},
      sets: [{ name: 's', match: 'any-passes', rules: [each] }],
    }));

    fc.assert(
      fc.property(drafts, word, (each, remark) => {
        const written = parseRulebook(writeRulebook(each, { source: [remark], remarks: [] }));
        const plain = parseRulebook(stringify({ version: 1, sets: each.sets }));

        expect(withoutPlaces(written)).toEqual(withoutPlaces(plain));
      }),
      { numRuns: 500 },
    );
  });
});

function withoutPlaces(reading: ReturnType<typeof parseRulebook>): unknown {
  if (reading.kind === 'ok') return reading.rulebook.sets;
  return reading.faults.map(({ path, words }) => [path, words]);
}

// Text from outside can't ping, link, hide, reorder, flood or break a view.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KnownBlock } from '@slack/types';
import type { ApprovalView } from '../../../src/domain/approval-view.ts';
import { card } from '../../../src/slack/views/card.ts';
import { directRequest, outcomeForInitiator } from '../../../src/slack/views/dm.ts';
import { home } from '../../../src/slack/views/home.ts';
import { modalApprove } from '../../../src/slack/views/modal-approve.ts';
import { modalChanged } from '../../../src/slack/views/modal-changed.ts';
import { modalDetails } from '../../../src/slack/views/modal-details.ts';
import { modalLiftHold } from '../../../src/slack/views/modal-lift-hold.ts';
import { modalRecorded } from '../../../src/slack/views/modal-recorded.ts';
import { modalReject } from '../../../src/slack/views/modal-reject.ts';
import { channelNotice } from '../../../src/slack/views/notice.ts';
import { refusalMessage } from '../../../src/slack/views/refusal.ts';
import * as slash from '../../../src/slack/views/slash.ts';
import { code, fallback, mayImitate, name, prose, unescaped } from '../../../src/slack/views/text.ts';
import * as thread from '../../../src/slack/views/thread.ts';
import { anActivity, anApproval, anApprovalView, anAsset, aPerson, aPersonRef, noon } from '../../builders.ts';
import { brokenLimits } from './block-limits.ts';
import { confusables, harm, naughtyStrings } from './harmless.ts';
import { attacks, hostileView } from './hostile-views.ts';
import { scenes } from './scenes.ts';

type Payload = { readonly text?: string; readonly type?: string; readonly blocks: readonly KnownBlock[] };

const cardUrl = 'https://acme.slack.com/archives/C0APPROVALS/p1795176001000100';

function everyViewOf(view: ApprovalView, words: string): Readonly<Record<string, Payload>> {
  const stranger = aPersonRef(aPerson({ name: words, slack: [words] }));
  const keys = view.standing.map((group) => group.group.key);
  const rejection = { person: stranger, reason: words, byInitiator: false, sendAfter: null };
  return {
    card: card(view),
    request: directRequest(view, { groupNames: [words], cardUrl, onPlatform: true }),
    outcome: outcomeForInitiator(view, cardUrl),
    home: home({
      person: stranger,
      waiting: Array.from({ length: 25 }, () => view),
      decided: Array.from({ length: 15 }, () => ({ view, choice: 'deny' as const, at: noon })),
      switches: { automation: true, approvals: false },
    }),
    approve: modalApprove(view, keys),
    changed: modalChanged(view),
    details: modalDetails(view),
    lift: modalLiftHold(view),
    recorded: modalRecorded(view, 'deny'),
    reject: modalReject(view, { denyAfterMs: 60_000, byInitiator: true }),
    notice: channelNotice({ kind: words, connection: words, words, createdAt: noon }),
    list: slash.slashList(Array.from({ length: 12 }, () => view)),
    show: slash.slashShow(view),
    notFound: slash.slashNotFound(words),
    cast: thread.threadVoteCast(view, stranger, keys),
    rejected: thread.threadRejected(view, rejection),
    contentChanged: thread.threadContentChanged(view),
    escalation: thread.threadEscalation(view, [stranger]),
    refused: refusalMessage({ kind: 'platform-only', reasons: [words, words] }, view),
  };
}

function faultsOf(view: ApprovalView, words: string): readonly string[] {
  return Object.entries(everyViewOf(view, words)).flatMap(([kind, payload]) =>
    [...harm(payload), ...brokenLimits(payload)].map((fault) => `${kind}: ${fault}`),
  );
}

function ordinaryWith(words: string): ApprovalView {
  return anApprovalView({
    approval: anApproval({
      activity: anActivity({
        memo: words,
        externalId: words,
        wallet: { id: 'wa-1', name: words },
        asset: anAsset({ symbol: words, standard: words }),
      }),
    }),
    changes: [words],
    revision: 1,
  });
}

describe('untrusted text', () => {
  it.each(Object.entries(scenes))('finds nothing harmful in the golden %s', (_name, payload) => {
    expect(harm(payload)).toEqual([]);
  });

  it.each(attacks.map((attack) => [JSON.stringify(attack.slice(0, 60)), attack]))('defuses %s', (_label, attack) => {
    expect(faultsOf(ordinaryWith(attack), attack)).toEqual([]);
  });

  it('keeps every view harmless and within the limits for generated hostile approvals', () => {
    fc.assert(
      fc.property(hostileView, fc.constantFrom(...attacks), (view, words) => {
        expect(faultsOf(view, words)).toEqual([]);
      }),
      { numRuns: 120 },
    );
  });

  it('defuses the Big List of Naughty Strings', (context) => {
    const naughty = naughtyStrings();
    if (naughty === null) return context.skip('no copy of the Big List of Naughty Strings beside this checkout');

    const faults = naughty.flatMap((words) => faultsOf(ordinaryWith(words), words));

    expect(faults).toEqual([]);
    expect(naughty.length).toBeGreaterThan(400);
  });

  it('never offers Approve for an address with a confusable letter', (context) => {
    const letters = confusables();
    if (letters === null) return context.skip('no copy of the Unicode confusables beside this checkout');
    const foreign = letters.filter((letter) => !/^[\x21-\x7e]$/.test(letter));

    const offered = foreign.filter((letter) => {
      const address = `0xdE7212A9ed53FD325E33${letter}7205754B67FD8cbF263`;
      const activity = anActivity({ destinations: [{ address, amountBase: '1' }] });
      const payload = card(anApprovalView({ approval: anApproval({ activity }) }));
      return JSON.stringify(payload).includes('"approval.approve"');
    });

    expect(offered).toEqual([]);
    expect(foreign.length).toBeGreaterThan(1000);
  });
});

describe('text', () => {
  it.each([
    ['escapes once', prose('<a> & b'), '&lt;a&gt; &amp; b'],
    ['escapes what was escaped before', prose('&lt;'), '&amp;lt;'],
    ['takes the format out of words', prose('*a* _b_ ~c~ `d`'), '∗a∗ ˍbˍ ∼c∼ ˋdˋ'],
    ['leaves an underscore inside an identifier', prose('us_hot_1'), 'us_hot_1'],
    ['takes emoji codes apart', prose(':white_check_mark: 12:30'), '∶white_check_mark: 12:30'],
    ['shows hidden characters', prose('a\u202eb\u200bc'), 'a⟦U+202E⟧b⟦U+200B⟧c'],
    ['shows line breaks', prose('a\nb'), 'a ↵ b'],
    ['can not be told what was hidden', prose('⟦U+202E⟧'), '[U+202E]'],
    ['shows half characters', prose('a\ud800b'), 'a⟦U+D800⟧b'],
    ['caps combining marks', prose(`a${'\u0316'.repeat(9)}b`), `a${'\u0316'.repeat(4)}⟦5 more marks⟧b`],
    ['counts what it cuts', prose('abcdef', 4), 'abcd… (2 more characters)'],
    ['never cuts inside an escape', prose('a&&&', 6), 'a&amp;… (2 more characters)'],
    ['quotes in code without letting it end', code('a`b'), '`aˋb`'],
    ['says when there is nothing', code(' '), '`(empty)`'],
    ['leaves an ordinary name alone', name('Treasury hot (EU)'), 'Treasury hot (EU)'],
    ['puts a name that could format into code', name('*hot*'), '`*hot*`'],
    ['puts a name that looks like a domain into code', name('claim.example'), '`claim.example`'],
    ['says when letters imitate others', name('Тreasury'), 'Тreasury (⚠️ letters that imitate others)'],
    ['is the same for fallbacks', fallback('<!channel>'), '&lt;!channel&gt;'],
  ])('%s', (_promise, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('does not suspect ordinary names of other languages', () => {
    expect(['Trésorerie', 'Казначейство', '財務部', 'Ταμείο', 'Müller & Söhne'].filter(mayImitate)).toEqual([]);
  });

  it('is undone by exactly one unescaping', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]{0,80}$/), (text) => {
        expect(unescaped(code(text, 1000))).toBe(text.trim() === '' ? '`(empty)`' : `\`${text.replaceAll('`', 'ˋ')}\``);
      }),
    );
  });
});

// The page's own arithmetic: what a form lacks and sends, what an approval is about, and how the page's state changes.
import { describe, expect, test } from 'vitest';
import { checkForm, fieldKey, toSlackState } from '../../src/sandbox/page/blocks/form.ts';
import type { FormValues } from '../../src/sandbox/page/blocks/form.ts';
import { initialState, reduce, seenKey } from '../../src/sandbox/page/state.ts';
import { changedAmount, describeActivity } from '../../src/sandbox/page/wire/activity.ts';
import type { Approval } from '../../src/sandbox/page/wire/activity.ts';
import { blockSchema } from '../../src/sandbox/page/wire/blocks.ts';
import { workspaceSchema } from '../../src/sandbox/page/wire/workspace.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const option = { text: { type: 'plain_text' as const, text: 'Invoice' }, value: 'invoice' };
const input = (blockId: string, element: object, optional = false) =>
  blockSchema.parse({ type: 'input', block_id: blockId, label: plain(blockId), optional, element });

const blocks = [
  input('ack', { type: 'checkboxes', action_id: 'ack', options: [option] }),
  input('reason', { type: 'static_select', action_id: 'reason', options: [option] }),
  input('note', { type: 'plain_text_input', action_id: 'note', min_length: 10, max_length: 12 }, true),
];
const filled: FormValues = {
  [fieldKey('ack', 'ack')]: { kind: 'options', options: [option] },
  [fieldKey('reason', 'reason')]: { kind: 'option', option },
};

describe('a form', () => {
  test.each<[string, FormValues, string[]]>([
    ['needs every field that is not optional', {}, ['ack', 'reason']],
    ['is complete without the optional ones', filled, []],
    ['checks a short text', { ...filled, [fieldKey('note', 'note')]: { kind: 'text', text: 'short' } }, ['note']],
    ['checks a long text', { ...filled, [fieldKey('note', 'note')]: { kind: 'text', text: 'x'.repeat(13) } }, ['note']],
    ['takes blanks for nothing', { ...filled, [fieldKey('note', 'note')]: { kind: 'text', text: '   ' } }, []],
  ])('%s', (_name, values, expected) => {
    expect(Object.keys(checkForm(blocks, values))).toEqual(expected);
  });

  test('is sent in Slack’s own shape, with null where nothing was entered', () => {
    expect(toSlackState(blocks, filled)).toEqual({
      ack: { ack: { type: 'checkboxes', selected_options: [option] } },
      reason: { reason: { type: 'static_select', selected_option: option } },
      note: { note: { type: 'plain_text_input', value: null } },
    });
  });
});

test('a block that cannot be read is kept as unsupported, not dropped', () => {
  expect(blockSchema.parse({ type: 'carousel', elements: [] })).toEqual({ type: 'unsupported', original: 'carousel' });
  expect(blockSchema.parse({ type: 'section', text: 7 })).toEqual({ type: 'unsupported', original: 'section' });
});

const approval = (activity: Approval['activity']): Approval => ({
  id: 'ap-1',
  initiatorId: 'us-1',
  activity,
  status: 'Pending',
  dateCreated: '2026-09-14T08:30:00.000Z',
  dateUpdated: '2026-09-14T08:30:00.000Z',
  policyEvaluations: [],
  decisions: [],
});

describe('an approval', () => {
  const transfer = (amount: string, decimals: number | undefined) =>
    approval({
      kind: 'Wallets:Sign',
      transferRequest: {
        walletId: 'wa-1',
        requestBody: { kind: 'Erc20', to: '0xdE7212A9ed53FD325E3307205754B67FD8cbF263', amount },
        metadata: { asset: { symbol: 'USDC', ...(decimals === undefined ? {} : { decimals }) } },
      },
    });

  test.each<[string, Approval, string]>([
    ['writes whole tokens', transfer('250000000000', 6), '250,000 USDC from Treasury to 0xdE72…F263'],
    [
      'never rounds',
      transfer('1234567890123456789012345', 18),
      '1,234,567.890123456789012345 USDC from Treasury to 0xdE72…F263',
    ],
    ['writes less than one token', transfer('5', 6), '0.000005 USDC from Treasury to 0xdE72…F263'],
    [
      'says base units when the decimals are unknown',
      transfer('5', undefined),
      '5 base units from Treasury to 0xdE72…F263',
    ],
    [
      'names a change',
      approval({ kind: 'Policies:Modify', changeRequest: { operationKind: 'Update' } }),
      'Policies:Modify (Update)',
    ],
    ['names a kind it does not know', approval({ kind: 'Vaults:Seal' }), 'Vaults:Seal'],
  ])('%s', (_name, given, expected) => {
    expect(describeActivity(given, { 'wa-1': 'Treasury' })).toBe(expected);
  });

  test('changes its amount by exactly ten per cent, beyond the range of a number', () => {
    expect(changedAmount(transfer('90071992547409930', 18))?.value).toBe('99079191802150923');
    expect(changedAmount(approval({ kind: 'Vaults:Seal' }))).toBeUndefined();
  });
});

describe('the page’s state', () => {
  const message = { ts: '1.000001', user: 'U0BOT', text: 'hello', blocks: [], edited: false };
  const workspace = workspaceSchema.parse({
    team: { id: 'T1', name: 'Northwind' },
    users: [],
    channels: [],
    ims: [{ id: 'D1', messages: [message] }],
    home: null,
    modals: [],
  });
  const start = initialState('alice', 'C1');

  test('ignores what was read for somebody who is no longer acting', () => {
    const asBob = reduce(start, { kind: 'person-chosen', person: 'bob' });

    const after = reduce(asBob, { kind: 'workspace-read', person: 'alice', workspace });
    expect(after.workspace).toBeUndefined();
  });

  test('takes everything of one person away when another acts', () => {
    const read = reduce(start, { kind: 'workspace-read', person: 'alice', workspace });

    expect(reduce(read, { kind: 'person-chosen', person: 'bob' }).workspace).toBeUndefined();
  });

  test('counts direct messages as seen once their conversation is open', () => {
    const read = reduce(start, { kind: 'workspace-read', person: 'alice', workspace });
    expect(read.seen).toEqual({});

    const opened = reduce(read, { kind: 'place-chosen', place: { kind: 'im', id: '' } });
    expect(opened.seen).toEqual({ [seenKey('alice', 'D1')]: 1 });
  });
});

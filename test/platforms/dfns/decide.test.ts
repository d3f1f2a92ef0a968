// What each answer to the decision call proves, and what is never taken for proof.
import { describe, expect, test } from 'vitest';
import { outcomeOf, reasonMaxLength } from '../../../src/platforms/dfns/decide.ts';
import type { Sent } from '../../../src/platforms/dfns/transport.ts';
import { serviceAccount, textOf } from './fixtures.ts';

const approvalId = 'ap-majk9-nd7e4-37k4cdb03tfpa4d8';
const approved = textOf('api/create-approval-decision.response.json');
const error = '{"error":{"id":"1","status":1,"message":"words that nobody branches on"}}';

function outcome(sent: Sent, value: 'approved' | 'denied' = 'approved') {
  return outcomeOf(sent, { approvalId, value, reason: 'why', serviceAccount });
}

function answered(status: number, text: string, retryAfterMs: number | null = null): Sent {
  return { kind: 'answered', answer: { status, text, retryAfterMs, date: null } };
}

test('an approval that holds our decision proves that it was accepted', () => {
  expect(outcome(answered(200, approved))).toEqual({ kind: 'accepted' });
  expect(outcome(answered(201, approved))).toEqual({ kind: 'accepted' });
});

describe('success proves nothing', () => {
  test.each<[string, Sent, ('approved' | 'denied')?]>([
    ['when the approval is another', answered(200, approved.replace(approvalId, 'ap-other'))],
    ['when our decision is not in it', answered(200, approved.replaceAll(serviceAccount, 'us-other'))],
    ['when our decision there is the opposite', answered(200, approved), 'denied'],
    ['when it is not JSON', answered(200, '<html>ok</html>')],
    ['when it is empty', answered(200, '')],
    ['when it is a list', answered(200, '[]')],
    ['when it is 202: the call itself waits for an approval', answered(202, textOf('api/change-request.202.json'))],
    ['when it is 202 with our decision in it', answered(202, approved)],
    ['when it is 204', answered(204, '')],
  ])('%s', (_, sent, value) => {
    expect(outcome(sent, value)).toMatchObject({ kind: 'unknown' });
  });
});

describe('statuses', () => {
  test.each<[number, string, object]>([
    [400, error, { kind: 'refused', mayNotVote: false }],
    [401, error, { kind: 'refused', mayNotVote: false }],
    [402, error, { kind: 'refused', mayNotVote: false }],
    [403, error, { kind: 'refused', mayNotVote: true }],
    [404, error, { kind: 'refused', mayNotVote: false }],
    [412, error, { kind: 'refused', mayNotVote: false }],
    [422, error, { kind: 'refused', mayNotVote: false }],
    [429, error, { kind: 'not-sent', retryAfterMs: 17_000 }],
    [301, error, { kind: 'unknown' }],
    [408, error, { kind: 'unknown' }],
    [409, error, { kind: 'unknown' }],
    [418, error, { kind: 'unknown' }],
    [425, error, { kind: 'unknown' }],
    [500, error, { kind: 'unknown' }],
    [502, error, { kind: 'unknown' }],
    [503, error, { kind: 'unknown' }],
    [504, error, { kind: 'unknown' }],
    [599, error, { kind: 'unknown' }],
  ])('%i is told by its number', (status, text, expected) => {
    expect(outcome(answered(status, text, 17_000))).toMatchObject(expected);
  });

  test.each([400, 401, 403, 404, 422, 429, 502])(
    '%i with a page instead of JSON is of somebody in front of Dfns, and proves nothing',
    (status) => {
      expect(outcome(answered(status, '<html><h1>Forbidden</h1></html>')).kind).toBe('unknown');
    },
  );

  test.each(['initiator cannot approve', 'approval is not pending', 'user already submitted a decision', 'Approved'])(
    'are told apart without reading the text "%s"',
    (message) => {
      const kinds = [403, 409, 422].map(
        (status) => outcome(answered(status, JSON.stringify({ error: { message } }))).kind,
      );
      expect(kinds).toEqual(['refused', 'unknown', 'refused']);
    },
  );
});

test.each<[string, Sent]>([
  ['no answer', { kind: 'unavailable', reason: 'no answer within 10 s' }],
  ['an answer without an end', { kind: 'too-large', reason: 'too large', start: approved }],
])('%s leaves the outcome unknown', (_, sent) => {
  expect(outcome(sent).kind).toBe('unknown');
});

test('a reason from Dfns is shown short and without control characters', () => {
  const { reason } = {
    reason: '',
    ...outcome(answered(422, JSON.stringify({ error: { message: `a\u0000b\u202Ec${'x'.repeat(900)}` } }))),
  };
  expect(reason).toMatch(/^status 422: a b cx+$/);
  expect(reason.length).toBeLessThan(250);
  expect(reasonMaxLength).toBe(250);
});

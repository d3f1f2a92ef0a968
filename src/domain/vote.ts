// One person's approve or deny, bound to a fingerprint.
import type { EpochMs } from './amount.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { PersonId } from './person.ts';

export type Choice = 'approve' | 'deny';

export type Vote = {
  readonly id: string;
  readonly approvalId: string;
  readonly groupKey: string;
  readonly personId: PersonId;
  /** `team/user` that clicked. */
  readonly slackUser: string;
  readonly choice: Choice;
  /** Required with `deny`. */
  readonly reason: string | null;
  readonly fingerprint: Fingerprint;
  /** SHA-256 of what the voter was shown. */
  readonly shownDigest: string;
  readonly castAt: EpochMs;
};

/** Why a click did not become a vote; each has its own sentence in `slack/views/refusal.ts`. */
export type Refusal =
  | { readonly kind: 'unknown-person' }
  | { readonly kind: 'not-an-approver' }
  | { readonly kind: 'not-listed-on-platform' }
  | { readonly kind: 'no-account' }
  | { readonly kind: 'initiator' }
  | { readonly kind: 'owns-initiator'; readonly account: string }
  | { readonly kind: 'initiator-unknown' }
  | { readonly kind: 'deactivated' }
  | { readonly kind: 'guest' }
  | { readonly kind: 'bot' }
  | { readonly kind: 'external' }
  | { readonly kind: 'never-signed-in' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'slack-unreachable' }
  | { readonly kind: 'recently-changed'; readonly until: EpochMs }
  | { readonly kind: 'changed-content' }
  | { readonly kind: 'closed'; readonly state: string }
  | { readonly kind: 'decided-already' }
  | { readonly kind: 'same-vote-already'; readonly choice: Choice }
  | { readonly kind: 'platform-only'; readonly reasons: readonly string[] }
  | { readonly kind: 'vote-spent' }
  | { readonly kind: 'reason-missing' }
  | { readonly kind: 'too-late' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'nothing-to-withdraw' }
  | { readonly kind: 'platform-unavailable'; readonly reason: string };

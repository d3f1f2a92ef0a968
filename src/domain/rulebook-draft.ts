// A rulebook before anybody put it in force: the document as it is written, and what an import could not carry over.

/** As `rules/parse.ts` reads it: a kind with its settings, or `any`, `all`, `not` around others. */
export type DraftCondition =
  | { readonly kind: string; readonly [setting: string]: unknown }
  | { readonly any: readonly DraftCondition[] }
  | { readonly all: readonly DraftCondition[] }
  | { readonly not: DraftCondition };

export type DraftEffect =
  | 'allow'
  | 'abstain'
  | 'people'
  | { readonly abstain: string }
  | { readonly people: readonly string[]; readonly quorum?: number }
  | { readonly notify: string };

export type DraftRule = {
  readonly id: string;
  readonly title: string;
  /** `live`, `shadow` or `canary 10%`. */
  readonly stage: string;
  readonly enforcement?: 'strict' | 'advisory' | 'log-only';
  readonly priority?: number;
  readonly when: readonly DraftCondition[];
  readonly must?: readonly DraftCondition[];
  readonly effect: DraftEffect | readonly DraftEffect[];
  readonly source?: { readonly platform: string; readonly id: string; readonly version?: string };
};

export type DraftSet = {
  readonly name: string;
  readonly connections?: readonly string[];
  readonly match: 'first-match' | 'deny-overrides' | 'all-must-pass' | 'any-passes' | 'all-trigger';
  readonly order?: 'as-written' | 'low-first' | 'high-first';
  readonly otherwise?: 'abstain' | 'pass-on';
  readonly rules: readonly DraftRule[];
};

export type Draft = {
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly assets: Readonly<
    Record<string, { readonly network: string; readonly reference: string; readonly decimals?: number }>
  >;
  readonly sets: readonly DraftSet[];
};

/** One thing that could not be carried over as it was: what it is, and what stands in its place. */
export type ImportRemark = {
  /** The platform's id or name of the policy, and the place in it: `plc-1 rule.configuration`. */
  readonly place: string;
  readonly words: string;
  readonly instead: string;
};

export type ImportFault = { readonly path: string; readonly words: string; readonly remedy: string };

export type ImportReading =
  | { readonly kind: 'draft'; readonly draft: Draft; readonly remarks: readonly ImportRemark[] }
  | { readonly kind: 'faults'; readonly faults: readonly ImportFault[] };

export type ImportSettings = {
  /** The connection that the imported set is about; null: all of them. */
  readonly connection: string | null;
  /** Of the rules that allow. Rules that only object are live from the start: they can't approve anything. */
  readonly stage: 'shadow' | 'live';
  /** Settings of this platform where its own documentation leaves a choice; each language lists its own. */
  readonly options: Readonly<Record<string, string>>;
};

/** A platform's policy language: its documents as text in, a draft of our rulebook out. */
export type PolicyLanguage = {
  readonly platform: string;
  /** Does this JSON look like policies of this platform? For a file whose platform nobody named. */
  readonly recognises: (document: unknown) => boolean;
  /** Names of `options` with what each means, for `--help`. */
  readonly options: Readonly<Record<string, string>>;
  readonly importPolicies: (text: string, settings: ImportSettings) => ImportReading;
};

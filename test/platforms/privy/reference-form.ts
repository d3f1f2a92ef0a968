// Privy's documents and requests in their own form, as the literal reading takes them; without a line of the product.

export type Verdict = 'allow' | 'abstain';
export type Three = 'true' | 'false' | 'unknown';

export type Field = { readonly name: string; readonly type: string };
export type Types = Readonly<Record<string, readonly Field[]>>;

export type PrivyCondition = {
  readonly field_source: string;
  readonly field: string;
  readonly operator: string;
  readonly value: string | readonly string[];
  readonly abi?: readonly { readonly type: string; readonly name: string; readonly inputs: readonly Field[] }[];
  readonly typed_data?: { readonly primary_type: string; readonly types: Types };
};

export type PrivyRule = {
  readonly name: string;
  readonly method: string;
  readonly action: string;
  readonly conditions: readonly PrivyCondition[];
};

export type PrivyPolicy = {
  readonly id: string;
  readonly version: '1.0';
  readonly name: string;
  readonly chain_type: string;
  readonly rules: readonly PrivyRule[];
};

export type PrivyAggregation = {
  readonly id: string;
  readonly method: string;
  readonly metric: { readonly field: string; readonly field_source: string; readonly function: string };
  readonly window: { readonly type: 'rolling'; readonly seconds: number };
  readonly conditions: readonly PrivyCondition[];
  readonly group_by: readonly { readonly field: string; readonly field_source: string }[];
};

export type PrivyBundle = {
  readonly policies: readonly PrivyPolicy[];
  readonly condition_sets: readonly { readonly id: string; readonly items: readonly { readonly value: string }[] }[];
  readonly aggregations: readonly PrivyAggregation[];
};

/** A request as Privy sees it, decoded as far as Privy decodes it. */
export type PrivyRequest = {
  readonly chain_type: string;
  readonly method: string;
  readonly unix_seconds: number;
  readonly transaction: { to: string | null; value: string; chain_id: string | null; data: string } | null;
  readonly typed_data: {
    readonly types: Types;
    readonly primary_type: string;
    readonly domain: Readonly<Record<string, unknown>>;
    readonly message: Readonly<Record<string, unknown>>;
  } | null;
  readonly message: string | null;
  /** Solana: per instruction its fields, by source and name. */
  readonly instructions: readonly Readonly<Record<string, string>>[];
  /** Every other decoded field, by source and name. Sui has several commands in one transaction. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
};

/** What was signed before, by `eth_signTransaction`. */
export type PrivyPast = {
  readonly to: string;
  readonly value: string;
  readonly chain_id: string;
  readonly unix_seconds: number;
};

export type World = {
  readonly bundle: PrivyBundle;
  readonly request: PrivyRequest;
  readonly past: readonly PrivyPast[];
};

// What the demo needs of the sandbox, which this room does not know: the entry of the program hands it over.

export type DemoSandbox = {
  readonly custody: { readonly url: string };
  readonly slack: { readonly url: string; readonly origin: string };
  readonly page: { readonly url: string } | undefined;
  /** From here on webhooks, clicks and commands reach the bot. */
  connectBot(botUrl: string): void;
  stop(): Promise<void>;
};

export type DemoWiring = {
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
};

export type DemoStory = {
  readonly held: boolean;
  readonly steps: readonly { readonly id: string; readonly held: boolean; readonly tookMs: number }[];
};

export type Demo = {
  startSandbox(options: { ports?: { page?: number }; log?: (line: string) => void }): Promise<DemoSandbox>;
  wire(options: {
    custodyUrl: string;
    slackApiUrl: string;
    approveAfterSeconds?: number;
    denyAfterSeconds?: number;
  }): DemoWiring;
  playStory(options: {
    custodyUrl: string;
    slackUrl: string;
    only?: readonly string[];
    fault?: string;
    patienceMs?: number;
    ownChecks?: readonly { claim: string; check(): Promise<{ holds: boolean; seen: string }> }[];
    print?: (line: string) => void;
  }): Promise<DemoStory>;
  readonly storySteps: readonly { readonly id: string; readonly promise: string; readonly sabotage: string }[];
};

// The two ways to call Slack: fast where a person waits, patient where a task does. Neither retries by itself.
import { LogLevel, WebClient, type Logger as SlackLogger } from '@slack/web-api';
import type { SlackConfig } from '../config.ts';
import type { Logger } from '../log.ts';
import { failureOf, failureWord, type SlackAnswer } from './call.ts';

export type EnabledSlack = Extract<SlackConfig, { enabled: true }>;

export type Call = <T>(act: (client: WebClient) => Promise<T>) => Promise<SlackAnswer<T>>;

export type SlackClients = {
  /** Inside Slack's three seconds. */
  readonly fast: Call;
  readonly patient: Call;
};

const fastMs = 2500;
const patientMs = 6000;

/** The default policy retries for half an hour: https://docs.slack.dev/tools/node-slack-sdk/web-api/#automatic-retries */
export function clientOptions(slack: Pick<EnabledSlack, 'apiUrl'>, log: Logger, timeoutMs: number = fastMs) {
  return {
    ...(slack.apiUrl === null ? {} : { slackApiUrl: slack.apiUrl }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
    allowAbsoluteUrls: false,
    logger: slackLogger(log),
  };
}

export function openClients(
  slack: Pick<EnabledSlack, 'apiUrl' | 'botToken'>,
  log: Logger,
  onError: (error: string) => void = () => {},
): SlackClients {
  const open = (timeoutMs: number): Call => {
    const client = new WebClient(slack.botToken, clientOptions(slack, log, timeoutMs));
    return async (act) => {
      try {
        return { kind: 'ok', value: await act(client) };
      } catch (error) {
        const failure = failureOf(error);
        onError(failureWord(failure));
        return failure;
      }
    };
  };
  return { fast: open(fastMs), patient: open(patientMs) };
}

/** The libraries' own debug lines hold whole payloads, so they go nowhere. */
export function slackLogger(log: Logger): SlackLogger {
  return {
    debug: () => {},
    info: (...parts: unknown[]) => log.debug({ words: words(parts) }, 'slack library'),
    warn: (...parts: unknown[]) => log.warn({ words: words(parts) }, 'slack library warned'),
    error: (...parts: unknown[]) => log.warn({ words: words(parts) }, 'slack library failed'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

function words(parts: readonly unknown[]): string {
  const texts = parts.map((part) => (part instanceof Error ? part.message : String(part)));
  return texts.join(' ').slice(0, 300);
}

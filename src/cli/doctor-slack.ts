// What `doctor` says of Slack: the room that talks to it examines itself.
import type { Config } from '../config.ts';
import { createLogger } from '../log.ts';
import type { Diagnosis } from '../platforms/platform.ts';
import { diagnoseSlack } from '../slack/diagnose.ts';
import { wordsOf } from './command.ts';
import { fault, warning } from './doctor-report.ts';

export async function examineSlack(config: Config): Promise<readonly Diagnosis[]> {
  const { slack } = config;
  if (!slack.enabled) {
    const remedy = 'Set `slack: { channel: C… }` and its variables when people should vote in Slack.';
    return [warning('slack', 'is off: no cards, no votes, no announcements', remedy)];
  }
  try {
    return await diagnoseSlack({ slack, config, log: createLogger('silent'), now: Date.now });
  } catch (error) {
    const words = `could not be examined: ${wordsOf(error)}`;
    return [fault('slack', words, 'Check SLACK_BOT_TOKEN and the way to Slack from this machine.')];
  }
}

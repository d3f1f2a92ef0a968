// countersign doctor: checks everything that must fit together, and says what to do about each thing that does not.
import type { Command } from 'commander';
import type { Config, ConfigFault } from '../config.ts';
import { connectPlatforms } from '../platforms/index.ts';
import type { Diagnosis, PlatformConnection } from '../platforms/platform.ts';
import { runConfigured, wordsOf, type CommandDeps } from './command.ts';
import { examineChecks } from './doctor-checks.ts';
import { judgeConfiguration } from './doctor-configuration.ts';
import { judgeGroups } from './doctor-groups.ts';
import { describeReport, fault, reportOf, warning, type Report, type Section } from './doctor-report.ts';
import { examineServices } from './doctor-services.ts';
import { examineSlack } from './doctor-slack.ts';

export function addDoctor(program: Command, deps: CommandDeps): void {
  program
    .command('doctor')
    .description('check configuration, database, queue, Slack and platforms, and say what to do')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Changes nothing anywhere. ✓ is in order, ! deserves a look, ✗ is a fault; below each stands what to do.
Exit code 1 when there is a fault, 2 when the configuration itself has faults.

Examples:
  countersign doctor
  countersign doctor --json`,
    )
    .action((options: { json?: true }) =>
      runConfigured(deps, async (config, warnings) => {
        const report = await examine(config, warnings);
        if (options.json === true) deps.terminal.out(JSON.stringify(report));
        else for (const line of describeReport(report, deps.terminal.paint)) deps.terminal.out(line);
        return report.ok ? 0 : 1;
      }),
    );
}

export async function examine(config: Config, warnings: readonly ConfigFault[]): Promise<Report> {
  const [services, checks, slack, connections] = await Promise.all([
    examineServices(config),
    examineChecks(config, Date.now()),
    examineSlack(config),
    Promise.all(
      [...connectPlatforms(config.connections, Date.now).values()].map((each) => examineConnection(config, each)),
    ),
  ]);
  return reportOf([
    { title: 'Configuration', lines: judgeConfiguration(config, warnings) },
    ...services,
    { title: 'Checks', lines: checks },
    { title: 'Slack', lines: slack },
    ...connections,
  ]);
}

async function examineConnection(config: Config, platform: PlatformConnection): Promise<Section> {
  const [own, groups] = await Promise.all([diagnose(platform), examineGroups(config, platform)]);
  return { title: `Connection ${platform.name} (${platform.platform})`, lines: [...own, ...groups] };
}

async function diagnose(platform: PlatformConnection): Promise<readonly Diagnosis[]> {
  try {
    return await platform.diagnose();
  } catch (error) {
    return [
      fault('platform', `could not be examined: ${wordsOf(error)}`, 'Check `baseUrl`, and that it can be reached.'),
    ];
  }
}

async function examineGroups(config: Config, platform: PlatformConnection): Promise<readonly Diagnosis[]> {
  const listing = await platform.listPolicies();
  if (listing.kind === 'unavailable') {
    const remedy = 'See the faults above; run this again when the policies can be read.';
    return [warning('groups', 'could not be compared with the platform', remedy)];
  }
  const { policies } = listing;
  const { people, groups: rules } = config;
  return judgeGroups({ connection: platform.name, serviceAccount: platform.serviceAccount, policies, rules, people });
}

// What `doctor` says of the configuration itself and of the switches. Pure.
import type { Config, ConfigFault } from '../config.ts';
import { switchNames, type Switch } from '../db/switches.ts';
import { rulesOf } from '../domain/rulebook.ts';
import type { Diagnosis } from '../platforms/platform.ts';
import { fault, ok, warning } from './doctor-report.ts';
import type { RulebookLook } from './rulebook-look.ts';
import { instant, plural } from './words.ts';

export function judgeConfiguration(config: Config, warnings: readonly ConfigFault[]): readonly Diagnosis[] {
  const { connections, people, groups, budgets, rulebook } = config;
  const size = `${plural(connections.length, 'connection')}, ${plural(people.length, 'person', 'people')}, ${plural(groups.length, 'group')}`;
  return [
    ok('file', `no faults: ${size}`),
    rulebook === null
      ? ok('rulebook', 'none, so nothing is automatic')
      : ok('rulebook', `${plural(rulesOf(rulebook).length, 'rule')} in the file`),
    budgets.length === 0
      ? ok('budgets', 'none, so nothing is automatic')
      : ok('budgets', budgets.map(({ connection, per }) => `${connection} per ${per}`).join(', ')),
    ...warnings.map(({ path, words, remedy, line }) =>
      warning(line === null ? path : `${path} (line ${line})`, words, remedy),
    ),
  ];
}

export function judgeSwitches(switches: readonly Switch[]): readonly Diagnosis[] {
  return switchNames.map((name) => {
    const found = switches.find((each) => each.name === name);
    if (found === undefined) {
      return fault(
        name,
        'is not in the database, which counts as off',
        `Run \`countersign resume ${name} --by <admin>\`, twice.`,
      );
    }
    if (found.isOn) return ok(name, 'on');
    const words = `off since ${instant(found.changedAt)}, by ${found.changedBy}: ${found.reason}`;
    return warning(name, words, `When the reason is gone, two admins run \`countersign resume ${name} --by <admin>\`.`);
  });
}

/** What is in force is a row; the file of the configuration is only the first one. */
export function judgeRulebook(config: Config, look: RulebookLook): readonly Diagnosis[] {
  const { inForce, appliedBy, appliedAt, fallen, fileWasApplied } = look;
  if (inForce.kind === 'none') {
    return config.rulebook === null
      ? [ok('in force', 'none, so nothing is automatic')]
      : [warning('in force', `none: ${inForce.why}`, 'It is put in force by the next `countersign start`.')];
  }
  if (inForce.kind === 'unavailable') {
    const remedy =
      'Look at `countersign rulebook show --history` and at `countersign audit verify`, then apply one again.';
    return [fault('in force', `${inForce.why}, so nothing is automatic`, remedy)];
  }
  const rules = plural(rulesOf(inForce.rulebook).length, 'rule');
  const applied = appliedAt === null ? '' : `, applied by ${appliedBy ?? 'nobody'} at ${instant(appliedAt)}`;
  const again = 'countersign rulebook apply <file> --by <admin> --allow-weaker';
  return [
    ok('in force', `#${inForce.id}: ${rules}${applied}`),
    ...(fileWasApplied || config.rulebook === null ? [] : [fileDiffers(config.rulebook.file, inForce.id)]),
    ...fallen.map(({ ruleId, why }) =>
      warning(`rule ${ruleId}`, `fell back to shadow: ${why}`, `When the reason is gone, run \`${again}\`.`),
    ),
  ];
}

function fileDiffers(file: string, id: number): Diagnosis {
  const words = `${file} was never applied; #${id} stays in force`;
  return warning('file', words, `Run \`countersign rulebook apply ${file} --by <person>\`, or take the file back.`);
}

const skewWarningMs = 2000;
/** Half of what webhooks and Slack's signatures allow. */
const skewFaultMs = 150_000;

export function judgeClock(here: number, there: number): Diagnosis {
  const skewMs = Math.abs(here - there);
  const words = `this machine and the database differ by ${(skewMs / 1000).toFixed(1)} s`;
  const remedy = 'Synchronise the clocks of all machines (NTP): pauses, deadlines and signatures depend on them.';
  if (skewMs >= skewFaultMs) return fault('clock', words, remedy);
  return skewMs >= skewWarningMs ? warning('clock', words, remedy) : ok('clock', words);
}

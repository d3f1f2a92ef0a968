// What `doctor` says of the lists and the service that checks look at: read as a worker reads them, and nothing kept.
import type { ListReading } from '../checks/world.ts';
import type { Config } from '../config.ts';
import type { EpochMs } from '../domain/amount.ts';
import type { Diagnosis } from '../platforms/platform.ts';
import { readWorld } from '../sources/open-world.ts';
import { fault, ok, warning } from './doctor-report.ts';
import { instant, plural, span } from './words.ts';

export async function examineChecks(config: Config, now: EpochMs): Promise<readonly Diagnosis[]> {
  const { checks, dataDir } = config;
  const lists = await readWorld(checks, { dataDir, now: () => now });
  return [
    judgeSanctions(checks.sanctions, lists.sanctions, now),
    judgeOwnList('denylist', lists.denylist),
    judgeOwnList('allowlist', lists.allowlist),
    checks.screening === null
      ? ok('screening', 'off')
      : ok('screening', `asks ${new URL(checks.screening.url).host}, ${checks.screening.timeoutMs} ms at most`),
    judgeHistory(checks),
  ];
}

function judgeSanctions(settings: Config['checks']['sanctions'], reading: ListReading | null, now: EpochMs): Diagnosis {
  if (settings === null || reading === null) {
    const remedy = 'Name a list under `checks.sanctions`, or have somebody else look everything up.';
    return warning('sanctions', 'no list: nothing is looked up', remedy);
  }
  const { list, dataAt, refused } = reading;
  if (list === null || dataAt === null || refused !== null) {
    return fault('sanctions', refused ?? 'no list was read', 'Correct the list; until then nothing is automatic.');
  }
  const words = `${entries(list.size)} from ${instant(dataAt)}, ${span(now - dataAt)} old`;
  if (now - dataAt <= settings.maxAgeMs) return ok('sanctions', words);
  return fault('sanctions', `${words}: too old`, 'Have the list written or fetched again; see `maxAgeHours`.');
}

function judgeOwnList(name: 'denylist' | 'allowlist', reading: ListReading | null): Diagnosis {
  if (reading === null) return ok(name, 'off');
  if (reading.list === null || reading.refused !== null) {
    return fault(name, reading.refused ?? 'it was not read', 'Correct the file: with it as it is nothing starts.');
  }
  return ok(name, entries(reading.list.size));
}

function entries(count: number): string {
  return plural(count, 'entry', 'entries');
}

function judgeHistory({ firstPayment, networkHistory, duplicatesWithinMs }: Config['checks']): Diagnosis {
  const off = [
    ...(firstPayment ? [] : ['firstPayment']),
    ...(networkHistory ? [] : ['networkHistory']),
    ...(duplicatesWithinMs === null ? ['duplicateHours'] : []),
  ];
  return off.length === 0
    ? ok('history', 'first payments, other networks and duplicates are flagged')
    : warning(
        'history',
        `not looked at: ${off.join(', ')}`,
        'Turn it on under `checks` unless something else does it.',
      );
}

// One process of the product under test: the real start, and the point at which it is told to die.
import { appendFileSync } from 'node:fs';
import { describeFaults, loadConfigFromEnvironment } from '../../src/config.ts';
import { onCrashPoint } from '../../src/flow/crash-points.ts';
import { platforms } from '../../src/platforms/index.ts';
import { startCountersign } from '../../src/start.ts';

const { CRASH_AT, CRASH_MARKER } = process.env;

if (CRASH_AT !== undefined && CRASH_MARKER !== undefined) dieAt(CRASH_AT, CRASH_MARKER);

const reading = loadConfigFromEnvironment(platforms);
if (reading.kind === 'faults') {
  process.stderr.write(`${describeFaults(reading.faults)}\n`);
  process.exit(2);
}
const running = await startCountersign(reading.config);
process.once('SIGTERM', () => {
  void running.stop().then(() => process.exit(0));
});
process.stdout.write(`listening ${running.url}\n`);

/** `name`, or `name#2` for the second time that it is reached. The marker proves that it was. */
function dieAt(where: string, marker: string): void {
  const [point = '', ordinal = '1'] = where.split('#');
  let left = Number(ordinal);
  onCrashPoint((name) => {
    if (name !== point) return;
    left -= 1;
    if (left !== 0) return;
    appendFileSync(marker, `${where}\n`);
    process.kill(process.pid, 'SIGKILL');
  });
}

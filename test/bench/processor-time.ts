// Processor time from /proc: what an operation costs, whoever else uses the machine.
import { readdir, readFile } from 'node:fs/promises';

/** Ticks per second in /proc: 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

type Stat = { pid: number; parent: number; ticks: number };

/** Microseconds that a process and everything below it have used, those that ended included; null where there is no /proc. */
export async function processorTimeUs(root: number): Promise<number | null> {
  const stats = await readStats();
  if (stats === null) return null;
  const wanted = new Set([root]);
  // Parents come before their children only by chance, so this goes round until nothing is added.
  for (let size = 0; size !== wanted.size;) {
    size = wanted.size;
    for (const { pid, parent } of stats) if (wanted.has(parent)) wanted.add(pid);
  }
  const ticks = stats.filter(({ pid }) => wanted.has(pid)).reduce((sum, stat) => sum + stat.ticks, 0);
  return (ticks / ticksPerSecond) * 1_000_000;
}

export async function parentOf(pid: number): Promise<number | null> {
  return (await readStat(String(pid)))?.parent ?? null;
}

async function readStats(): Promise<Stat[] | null> {
  if (process.platform !== 'linux') return null;
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(names.map(readStat));
  return stats.filter((stat) => stat !== null);
}

async function readStat(name: string): Promise<Stat | null> {
  // A process may end between the look at the folder and the look at the file.
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The name in brackets may hold blanks and brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index] ?? 0), 0);
  return { pid: Number(name), parent: Number(fields[1]), ticks };
}

// Instants as Slack date tokens, which every reader sees in their own time zone, and as plain UTC for fallbacks.
import type { EpochMs } from '../../domain/amount.ts';

const utcParts = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'UTC',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Beyond this JavaScript has no dates. */
const lastInstant = 8_640_000_000_000_000;

/** `2026-11-20 16:00 UTC`. */
export function utc(at: EpochMs): string {
  if (!Number.isFinite(at) || Math.abs(at) > lastInstant) return 'an unreadable date';
  const parts = Object.fromEntries(utcParts.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts['year']}-${parts['month']}-${parts['day']} ${parts['hour']}:${parts['minute']} UTC`;
}

/** For `mrkdwn` only. */
export function dateAndTime(at: EpochMs): string {
  return token(at, '{date_short_pretty} at {time}');
}

export function timeOnly(at: EpochMs): string {
  return token(at, '{time}');
}

export function timeWithSeconds(at: EpochMs): string {
  return token(at, '{date_short_pretty} at {time_secs}');
}

/** `30 seconds`, `12 minutes`, `3 hours`, `2 days`: rounded down, so that nobody counts on time that is not there. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return counted(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? counted(hours, 'hour') : counted(Math.floor(hours / 24), 'day');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function token(at: EpochMs, format: string): string {
  const fallback = utc(at);
  if (!fallback.endsWith('UTC')) return fallback;
  return `<!date^${Math.floor(at / 1000)}^${format}|${fallback}>`;
}

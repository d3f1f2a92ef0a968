// Writes Slack's date tokens in the reader's own time zone. https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const LOCALE = 'en-US';

type Options = { now: number; timeZone?: string | undefined };

export function formatSlackDate(at: number, format: string, options: Options): string {
  return format.replaceAll(/\{(\w+)\}/g, (whole, token: string) => formatToken(at, token, options) ?? whole);
}

function formatToken(at: number, token: string, options: Options): string | undefined {
  const write = (parts: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(LOCALE, { ...parts, ...(options.timeZone ? { timeZone: options.timeZone } : {}) }).format(
      at,
    );
  switch (token) {
    case 'date_num':
      return isoDay(at, options);
    case 'date_slash':
      return write({ year: 'numeric', month: '2-digit', day: '2-digit' });
    case 'date':
    case 'date_long':
    case 'date_long_full':
      return write({
        year: 'numeric',
        month: 'long',
        day: 'numeric',
        ...(token === 'date' ? {} : { weekday: 'long' }),
      });
    case 'date_short':
      return write({ year: 'numeric', month: 'short', day: 'numeric' });
    case 'date_pretty':
    case 'date_long_pretty':
    case 'day_divider_pretty':
      return nearDay(at, options) ?? write({ year: 'numeric', month: 'long', day: 'numeric' });
    case 'date_short_pretty':
      return nearDay(at, options) ?? write({ year: 'numeric', month: 'short', day: 'numeric' });
    case 'time':
      return write({ hour: 'numeric', minute: '2-digit' });
    case 'time_secs':
      return write({ hour: 'numeric', minute: '2-digit', second: '2-digit' });
    case 'ago':
      return ago(at - options.now);
    default:
      return undefined;
  }
}

function isoDay(at: number, options: Options): string {
  const zone = options.timeZone ? { timeZone: options.timeZone } : {};
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', ...zone }).format(at);
}

function nearDay(at: number, options: Options): string | undefined {
  const dayMs = 86_400_000;
  const day = isoDay(at, options);
  if (day === isoDay(options.now, options)) return 'Today';
  if (day === isoDay(options.now - dayMs, options)) return 'Yesterday';
  if (day === isoDay(options.now + dayMs, options)) return 'Tomorrow';
  return undefined;
}

function ago(deltaMs: number): string {
  const writer = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  const minutes = Math.round(deltaMs / 60_000);
  if (Math.abs(minutes) < 60) return writer.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 24 ? writer.format(hours, 'hour') : writer.format(Math.round(hours / 24), 'day');
}

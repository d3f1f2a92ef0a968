import { describe, expect, it } from 'vitest';
import { dayStart, windowStart } from '../../src/domain/spend.ts';
import { minuteMs } from '../builders.ts';

const instant = (text: string): number => Date.parse(text);

describe('a day begins with the first instant that has its date there', () => {
  it.each([
    ['an ordinary day', 'Europe/Zurich', '2026-11-20T12:00:00Z', '2026-11-19T23:00:00Z'],
    ['UTC', 'UTC', '2026-11-20T00:00:00Z', '2026-11-20T00:00:00Z'],
    ['the last millisecond of a day', 'UTC', '2026-11-20T23:59:59.999Z', '2026-11-20T00:00:00Z'],
    ['a day of 23 hours', 'America/New_York', '2026-03-08T23:30:00Z', '2026-03-08T05:00:00Z'],
    ['a day of 25 hours, near its end', 'America/New_York', '2026-11-02T04:59:59Z', '2026-11-01T04:00:00Z'],
    ['a day whose midnight does not exist', 'Africa/Cairo', '2026-04-24T12:00:00Z', '2026-04-23T22:00:00Z'],
    ['a day whose first hour comes twice', 'America/Havana', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00Z'],
    ['within the second of these hours', 'America/Havana', '2026-11-01T05:30:00Z', '2026-11-01T04:00:00Z'],
    ['an offset of 45 minutes', 'Asia/Kathmandu', '2026-11-20T12:00:00Z', '2026-11-19T18:15:00Z'],
    ['half an hour of daylight saving', 'Australia/Lord_Howe', '2026-04-05T12:00:00Z', '2026-04-04T13:00:00Z'],
    ['a date that was skipped', 'Pacific/Apia', '2011-12-30T11:00:00Z', '2011-12-30T10:00:00Z'],
  ])('%s', (_name, zone, now, start) => {
    expect(new Date(dayStart(zone, instant(now)) ?? NaN).toISOString()).toBe(new Date(start).toISOString());
  });

  it('and is unknown in a zone that nobody knows', () => {
    expect(dayStart('Mars/Olympus', 0)).toBeNull();
    expect(windowStart({ kind: 'day', timeZone: 'Mars/Olympus' }, 0)).toEqual({ kind: 'unknown' });
  });

  it('agrees with a walk through every minute of a year, wherever clocks change', () => {
    const wrong: string[] = [];
    for (const zone of ['Europe/London', 'America/Santiago', 'Asia/Beirut', 'Atlantic/Azores']) {
      const format = new Intl.DateTimeFormat('sv', { timeZone: zone });
      const starts: number[] = [];
      let today = format.format(instant('2026-01-01T00:00:00Z'));
      for (let at = instant('2026-01-01T00:00:00Z'); at < instant('2027-01-01T00:00:00Z'); at += minuteMs) {
        const date = format.format(at);
        if (date !== today) starts.push(at);
        today = date;
      }
      for (const [index, start] of starts.slice(0, -1).entries()) {
        const end = (starts[index + 1] ?? Number.NaN) - 1;
        if (dayStart(zone, end) !== start) wrong.push(`${zone} ${new Date(start).toISOString()}`);
      }
      expect(starts.length).toBeGreaterThan(360);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

it('a rolling window counts what is younger than its seconds, and not what is exactly as old', () => {
  expect(windowStart({ kind: 'rolling', seconds: 60 }, 100_000)).toEqual({ kind: 'after', at: 40_000 });
  expect(windowStart({ kind: 'day', timeZone: 'UTC' }, 86_400_000)).toEqual({ kind: 'after', at: 86_399_999 });
  expect(windowStart({ kind: 'lifetime' }, 5)).toEqual({ kind: 'always' });
});

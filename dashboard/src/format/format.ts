// Numbers, durations and moments as people read them: at most three significant digits with a unit, Korean myriads
// (만, 억) in ko, times in the agency's zone. What is rounded here is shown exactly on hover by `exact…`.

export interface Format {
  /** 12,345 → `12.3k` · `1.23만`. */
  count: (value: number) => string;
  /** All digits, grouped. */
  exactCount: (value: number) => string;
  /** Per second: `38.2/s` · `38.2/초`. */
  rate: (perSecond: number) => string;
  /** 0–1 → `62 %`; may pass 100 %. */
  percent: (share: number) => string;
  /** `840 µs`, `1.90 s`, `2 min 5 s` · `2분 5초`. */
  duration: (ms: number) => string;
  /** Age of data, in seconds below a minute: `0.8 s` · `0.8초`. */
  age: (ms: number) => string;
  /** How long something has gone on, in whole seconds: `43 s` · `43초`, `2 min 5 s`. */
  elapsed: (ms: number) => string;
  /** `1,903.482 ms`. */
  exactDuration: (ms: number) => string;
  /** `20:00:12`. */
  time: (unixMs: number) => string;
  /** `20:00:12.345`. */
  timeMs: (unixMs: number) => string;
  /** `2021-07-12 20:00:12.345 KST`. */
  exactTime: (unixMs: number) => string;
  /** `7. 12. 20:00` · `12 Jul 20:00`. */
  dateTime: (unixMs: number) => string;
  bytes: (value: number) => string;
  timeZone: string;
}

type Language = 'ko' | 'en';

/** Error: RangeError for a zone that does not exist. */
export function createFormat(language: Language, timeZone: string): Format {
  const locale = language === 'ko' ? 'ko-KR' : 'en-GB';
  const grouped = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const parts = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
  const clock = parts({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const clockMs = parts({ hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 });
  const dayAndTime = parts({ month: language === 'ko' ? 'numeric' : 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  const isoDay = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' });
  // "GMT+9" is what the locale data knows of Seoul; its people write KST.
  const zoneName = (unixMs: number): string => (timeZone === 'Asia/Seoul' ? 'KST' : zone.formatToParts(unixMs).find((part) => part.type === 'timeZoneName')?.value ?? timeZone);
  return {
    timeZone,
    count: (value) => count(value, language, grouped),
    exactCount: (value) => grouped.format(value),
    rate: (perSecond) => `${count(perSecond, language, grouped)}${language === 'ko' ? '/초' : '/s'}`,
    percent: (share) => `${threeDigits(share * 100, grouped)} %`,
    duration: (ms) => duration(ms, language, grouped),
    age: (ms) => (ms < 59_500 ? `${ms < 9_950 ? (ms / 1_000).toFixed(1) : Math.round(ms / 1_000)}${language === 'ko' ? '초' : ' s'}` : duration(ms, language, grouped)),
    elapsed: (ms) => (ms < 60_000 ? `${Math.floor(ms / 1_000)}${language === 'ko' ? '초' : ' s'}` : duration(Math.floor(ms / 1_000) * 1_000, language, grouped)),
    exactDuration: (ms) => `${grouped.format(ms)} ms`,
    time: (unixMs) => clock.format(unixMs),
    timeMs: (unixMs) => clockMs.format(unixMs),
    exactTime: (unixMs) => `${isoDay.format(unixMs)} ${clockMs.format(unixMs)} ${zoneName(unixMs)}`,
    dateTime: (unixMs) => dayAndTime.format(unixMs),
    bytes: (value) => bytes(value, grouped),
  };
}

const STEPS: Record<Language, readonly { from: number; suffix: string }[]> = {
  ko: [{ from: 1e12, suffix: '조' }, { from: 1e8, suffix: '억' }, { from: 1e4, suffix: '만' }],
  en: [{ from: 1e9, suffix: 'bn' }, { from: 1e6, suffix: 'M' }, { from: 1e4, suffix: 'k' }],
};

function count(value: number, language: Language, grouped: Intl.NumberFormat): string {
  const size = Math.abs(value);
  const step = STEPS[language].find(({ from }) => size >= from);
  if (!step) return size >= 1_000 ? grouped.format(Math.round(value)) : threeDigits(value, grouped);
  // In English 12,345 is 12.3k although its step begins at 10,000.
  const unit = step.suffix === 'k' ? 1_000 : step.from;
  return `${threeDigits(value / unit, grouped)}${step.suffix}`;
}

/** Three significant digits, but a whole number keeps all of its digits below 10,000 and no zeros are added. */
function threeDigits(value: number, grouped: Intl.NumberFormat): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return grouped.format(Math.round(value));
  if (size < 0.001) return grouped.format(size === 0 ? 0 : Number(value.toPrecision(1)));
  return grouped.format(Number(value.toPrecision(3)));
}

function duration(ms: number, language: Language, grouped: Intl.NumberFormat): string {
  const sign = ms < 0 ? '−' : '';
  const size = Math.abs(ms);
  if (size < 5e-7) return '0 ms'; // less than half a nanosecond, as models compute it
  if (size < 0.9995) return `${sign}${threeDigits(size * 1_000, grouped)} µs`;
  if (size < 999.5) return `${sign}${threeDigits(size, grouped)} ms`;
  const ko = language === 'ko';
  if (size < 59_950) return `${sign}${(size / 1_000).toPrecision(3)}${ko ? '초' : ' s'}`;
  const seconds = Math.round(size / 1_000);
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24, Math.floor(seconds / 60) % 60];
  const words: [number, string][] = ko ? [[days, '일'], [hours, '시간'], [minutes, '분'], [seconds % 60, '초']] : [[days, ' d'], [hours, ' h'], [minutes, ' min'], [seconds % 60, ' s']];
  const first = words.findIndex(([amount]) => amount > 0);
  return sign + words.slice(first, first + 2).filter(([amount]) => amount > 0).map(([amount, unit]) => `${amount}${unit}`).join(' ');
}

function bytes(value: number, grouped: Intl.NumberFormat): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) { size /= 1_000; unit += 1; }
  return `${threeDigits(size, grouped)} ${units[unit]}`;
}

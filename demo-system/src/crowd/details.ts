// Who somebody of the crowd says they are, made up from their own stream of randomness: age group, birth digit, region,
// phone, and the browsers on their devices.
import type { Random } from '../random.js';
import type { CrowdSpec } from '../scenario.js';

export interface PersonalDetails { name: string; birth: string; phone: string; region: string }

/** Regions by population, roughly. */
const REGION_SHARES: readonly (readonly [string, number])[] = [
  ['seoul', 0.22], ['gyeonggi', 0.3], ['busan', 0.1], ['incheon', 0.09], ['daegu', 0.07], ['daejeon', 0.05], ['gwangju', 0.05], ['gangwon', 0.05], ['jeonbuk', 0.05], ['jeju', 0.02],
];
const BROWSERS: readonly (readonly [string, number])[] = [
  ['Mozilla/5.0 (Linux; Android 11; SM-G991N) AppleWebKit/537.36 SamsungBrowser/14.2 Mobile Safari/537.36', 0.34],
  ['Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/91.0 Mobile Safari/537.36', 0.22],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 14_6 like Mac OS X) AppleWebKit/605.1 Version/14.1 Mobile/15E148 Safari/604', 0.2],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/91.0 Safari/537.36', 0.16],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/91.0 Safari/537.36 Edg/91.0', 0.08],
];

const two = (value: number) => String(value).padStart(2, '0');
const digits = (random: Random) => String(Math.floor(random.next() * 10_000)).padStart(4, '0');

export function detailsOf(number: number, random: Random, crowd: Pick<CrowdSpec, 'birthYears' | 'wrongDigitShare'>, digitsToday: readonly number[] | null): PersonalDetails {
  const [first, last] = crowd.birthYears;
  const year = first + Math.floor(random.next() * (last - first + 1));
  const wanted = digitsToday === null || random.next() < crowd.wrongDigitShare ? null : digitsToday[Math.floor(random.next() * digitsToday.length)] ?? null;
  // Of the 28 days that every month has, those that end in the digit.
  const days = Array.from({ length: 28 }, (_, i) => i + 1).filter((day) => wanted === null || day % 10 === wanted);
  const birth = `${two(year % 100)}${two(1 + Math.floor(random.next() * 12))}${two(days[Math.floor(random.next() * days.length)] ?? 1)}`;
  return { name: `시민${number}`, birth, phone: `010-${digits(random)}-${digits(random)}`, region: pick(random, REGION_SHARES) };
}

/** What a browser calls itself. */
export function browserOf(random: Random): string {
  return pick(random, BROWSERS);
}

/** At home or on the mobile network. */
export function addressOf(random: Random): string {
  const byte = () => Math.floor(random.next() * 256);
  return `${100 + Math.floor(random.next() * 100)}.${byte()}.${byte()}.${1 + Math.floor(random.next() * 254)}`;
}

function pick(random: Random, choices: readonly (readonly [string, number])[]): string {
  return choices[random.weighted(choices.map(([, share]) => share))]?.[0] ?? '';
}

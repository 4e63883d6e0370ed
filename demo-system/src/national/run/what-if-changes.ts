// "What if the system had been put together otherwise?" A change is a function from a day to a day; the people stay who they
// are and come when they came, since who comes is drawn apart from what happens to them.
import type { Bilingual } from '@narrows/contract';
import { UsageError } from '../../options.js';
import type { NationalDay } from '../day.js';

export interface Change {
  /** As it was typed. */
  id: string;
  title: Bilingual;
  apply: (day: NationalDay) => NationalDay;
}

const KNOWN = 'identity-first, channels=N, servers=N, line=people and no-suspension';
const CHANNELS_MAX = 9;
const SERVERS_MAX = 1_000;

/** Commas separate systems that are compared; `+` joins changes of one system. Errors: UsageError. */
export function parseWhatIf(text: string, day: NationalDay): Change[] {
  const systems = text.split(',').map((part) => part.trim()).filter((part) => part !== '');
  if (systems.length === 0) throw new UsageError(`--what-if names no change; known are ${KNOWN}.`);
  if (new Set(systems).size < systems.length) throw new UsageError(`--what-if names a system twice: ${text}.`);
  return systems.map((system) => joined(system, system.split('+').map((part) => changeOf(part.trim(), day))));
}

function joined(id: string, changes: readonly Change[]): Change {
  const names = changes.map((change) => change.id.split('=')[0]);
  if (new Set(names).size < names.length) throw new UsageError(`--what-if changes the same thing twice in "${id}".`);
  return {
    id,
    title: { ko: changes.map(({ title }) => title.ko).join(' + '), en: changes.map(({ title }) => title.en).join(' + ') },
    apply: (day) => changes.reduce((changed, { apply }) => apply(changed), day),
  };
}

function changeOf(text: string, day: NationalDay): Change {
  const [name = '', value] = text.split('=');
  if (name === 'identity-first' && value === undefined) {
    if (day.order[0] === 'identity') throw new UsageError(`On ${day.id} identity verification was first already.`);
    return { id: text, title: { ko: '본인인증을 맨 앞에', en: 'identity first' }, apply: identityFirst };
  }
  if (name === 'no-suspension' && value === undefined) {
    if (day.suspension === null) throw new UsageError(`On ${day.id} bookings were never suspended.`);
    return { id: text, title: { ko: '예약 중단 없이', en: 'no suspension' }, apply: (one) => ({ ...one, suspension: null }) };
  }
  if (name === 'line' && value === 'people') {
    if (day.line.ranks === 'people') throw new UsageError(`On ${day.id} the line ranked people already.`);
    return { id: text, title: { ko: '대기열을 사람 기준으로', en: 'a line of people' }, apply: (one) => ({ ...one, line: { ...one.line, ranks: 'people' } }) };
  }
  if (name === 'channels') {
    const count = countOf(text, value, CHANNELS_MAX);
    return { id: text, title: { ko: `인증 채널 ${count}개`, en: `${count} channel${count === 1 ? '' : 's'}` }, apply: (one) => withChannels(one, count) };
  }
  if (name === 'servers') {
    const count = countOf(text, value, SERVERS_MAX);
    return { id: text, title: { ko: `처음부터 서버 ${count}대`, en: `${count} servers from the start` }, apply: (one) => ({ ...one, servers: [{ atMs: 0, count }] }) };
  }
  throw new UsageError(`--what-if does not know "${text}"; known are ${KNOWN}.`);
}

function countOf(text: string, value: string | undefined, max: number): number {
  const count = Number(value);
  if (value === undefined || !Number.isInteger(count) || count < 1 || count > max) throw new UsageError(`"${text}" needs a whole number from 1 to ${max}, as in ${text.split('=')[0]}=${Math.min(9, max)}.`);
  return count;
}

/** As in August: the check is the gate, failing costs nothing, people see the lights, other devices are turned away for an hour. */
function identityFirst(day: NationalDay): NationalDay {
  return {
    ...day, order: ['identity', 'waiting-room', 'form', 'booking'], failureThrowsBack: false, otherDevicesBlockedMs: 3_600_000,
    people: { ...day.people, seesLights: true },
  };
}

/** Only the most popular channels, each with as many workers as it has: whoever would choose another chooses among these. */
function withChannels(day: NationalDay, count: number): NationalDay {
  return { ...day, channels: day.channels.toSorted((a, b) => b.popularity - a.popularity).slice(0, count) };
}

// One template for each thing that a request can look like: made when first needed, kept for the day.
import { OUTCOMES, type Outcome } from '../simulation/day-sink.js';
import { databaseSpan, fetchSpan, httpCallSpan, serverSpan, slot, TICKET } from './span-shapes.js';
import type { Template } from './template-stream.js';

/** What each outcome is as an HTTP status: the system's own failures alone are 5xx. */
const STATUS: Readonly<Record<Outcome, number>> = {
  waiting: 200, admitted: 200, unknown: 200, suspended: 503, eligible: 200, not_eligible: 200, wrong_step: 409, verified: 200, identity_mismatch: 422, provider_error: 502,
  provider_timeout: 504, queue_full: 503, queue_timeout: 503, blocked_other_device: 409, booked: 201, slot_full: 409,
};
export const STEP_ROUTE = { form: '/api/form', identity: '/api/identity/:channel', booking: '/api/reservations' } as const;

const OPEN_SLOTS = `
  select slots.id as "slotId", slots.starts_at as "startsAt", count(*)::int as "seatsLeft"
  from seats join slots on slots.id = seats.slot_id join clinics on clinics.id = slots.clinic_id
  where seats.booking_id is null group by slots.id, clinics.id order by count(*) desc, slots.starts_at, slots.id limit 24`;
const CLAIM_SEAT = `
    update seats set booking_id = $1
    where id = (select id from seats where slot_id = $2 and booking_id is null order by id limit 1 for update skip locked)`;

export class SpanCatalogue {
  readonly #channels: readonly string[];
  readonly #failureThrowsBack: boolean;
  readonly #variants = new Map<string, Template[][]>();

  constructor(channels: readonly string[], failureThrowsBack: boolean) {
    this.#channels = channels;
    this.#failureThrowsBack = failureThrowsBack;
  }

  /** Spans of one kind of request, front to back. `variant` tells apart what `make` would make otherwise. */
  #spans(kind: string, variant: number, make: () => Template[]): Template[] {
    let byVariant = this.#variants.get(kind);
    if (!byVariant) this.#variants.set(kind, (byVariant = []));
    return (byVariant[variant] ??= make());
  }

  journey(): Template[] {
    return this.#spans('journey', 0, () => [serverSpan({ service: 'web', method: 'GET', route: '/api/journey', status: 200, knowsSession: false })]);
  }

  channels(): Template[] {
    return this.#spans('channels', 0, () => [serverSpan({ service: 'web', method: 'GET', route: '/api/channels', status: 200, knowsSession: false })]);
  }

  /** web, call, waiting room; where one is let in, the place is handed in with two spans more. */
  line(fresh: boolean, outcome: Outcome, knowsPerson: boolean): Template[] {
    return this.#spans('line', (OUTCOMES.indexOf(outcome) * 2 + Number(fresh)) * 2 + Number(knowsPerson), () => {
      const method = fresh ? 'POST' : 'GET';
      const status = STATUS[outcome];
      const front = serverSpan({ service: 'web', method, route: '/api/waiting-room', status, step: 'waiting-room', outcome, knowsPerson });
      if (outcome === 'suspended') return [front];
      const path = fresh ? ['/places'] : ['/places/', ...TICKET];
      const room = (verb: string, told?: string) => [
        fetchSpan(verb, 'waiting-room', path, told === undefined ? 204 : 200),
        serverSpan({ service: 'waiting-room', method: verb, route: fresh ? '/places' : '/places/:ticket', path, status: told === undefined ? 204 : 200, step: 'waiting-room', ...(told !== undefined && { outcome: told }), knowsPerson }),
      ];
      return [front, ...room(method, outcome), ...(outcome === 'admitted' ? room('DELETE') : [])];
    });
  }

  /** web, call, eligibility, call, registry. */
  form(outcome: Outcome): Template[] {
    return this.#spans('form', OUTCOMES.indexOf(outcome), () => {
      const record = ['/records/', slot('person')];
      return [
        serverSpan({ service: 'web', method: 'POST', route: '/api/form', status: 200, step: 'form', outcome, knowsPerson: true }),
        fetchSpan('POST', 'eligibility', ['/eligibility'], 200),
        serverSpan({ service: 'eligibility', method: 'POST', route: '/eligibility', status: 200, step: 'form', outcome, knowsPerson: true }),
        httpCallSpan('registry', record),
        serverSpan({ service: 'registry', method: 'GET', route: '/records/:person', path: record, status: 200, knowsSession: false }),
      ];
    });
  }

  /** web, call, identity. The gateway tells what it means for the person, the service why. */
  identity(channel: number, outcome: Outcome): Template[] {
    return this.#spans('identity', channel * OUTCOMES.length + OUTCOMES.indexOf(outcome), () => {
      const id = this.#channels[channel]!;
      const status = STATUS[outcome];
      const told = outcome === 'verified' || outcome === 'suspended' ? outcome : this.#failureThrowsBack ? 'thrown_back' : 'identity_failed';
      return [
        serverSpan({ service: 'web', method: 'POST', route: STEP_ROUTE.identity, path: ['/api/identity/', id], status, step: 'identity', channel: id, outcome: told, knowsPerson: true }),
        fetchSpan('POST', 'identity', ['/verify/', id], status),
        serverSpan({ service: 'identity', method: 'POST', route: '/verify/:channel', path: ['/verify/', id], status, step: 'identity', channel: id, outcome, knowsPerson: true }),
      ];
    });
  }

  /** web, call, clinics; once a second clinics asks the database: two spans more. */
  slots(asksDatabase: boolean): Template[] {
    return this.#spans('slots', Number(asksDatabase), () => [
      serverSpan({ service: 'web', method: 'GET', route: '/api/slots', status: 200, knowsSession: false }),
      fetchSpan('GET', 'clinics', ['/slots'], 200),
      serverSpan({ service: 'clinics', method: 'GET', route: '/slots', status: 200, step: 'clinics', knowsPerson: true }),
      ...(asksDatabase ? [databaseSpan('pg-pool.connect'), databaseSpan('pg.query:SELECT postgres', OPEN_SLOTS)] : []),
    ]);
  }

  /** web, call, booking, and the five calls of its transaction. */
  booking(outcome: Outcome): Template[] {
    return this.#spans('booking', OUTCOMES.indexOf(outcome), () => [
      serverSpan({ service: 'web', method: 'POST', route: STEP_ROUTE.booking, status: STATUS[outcome], step: 'booking', outcome, knowsPerson: true }),
      fetchSpan('POST', 'booking', ['/reservations'], STATUS[outcome]),
      serverSpan({ service: 'booking', method: 'POST', route: '/reservations', status: STATUS[outcome], step: 'booking', outcome, knowsPerson: true }),
      databaseSpan('pg-pool.connect'),
      databaseSpan('pg.query:BEGIN postgres', 'begin'),
      databaseSpan('pg.query:INSERT postgres', 'insert into bookings (person) values ($1) on conflict (person) do nothing returning id'),
      databaseSpan('pg.query:UPDATE postgres', CLAIM_SEAT),
      outcome === 'booked' ? databaseSpan('pg.query:COMMIT postgres', 'commit') : databaseSpan('pg.query:ROLLBACK postgres', 'rollback'),
    ]);
  }

  /** The gateway alone. */
  refused(step: keyof typeof STEP_ROUTE, channel: number, outcome: Outcome): Template[] {
    return this.#spans(`refused ${step}`, (channel + 1) * OUTCOMES.length + OUTCOMES.indexOf(outcome), () => {
      const id = this.#channels[channel];
      return [serverSpan({
        service: 'web', method: 'POST', route: STEP_ROUTE[step], ...(id !== undefined && { path: ['/api/identity/', id], channel: id }), status: STATUS[outcome], step, outcome, knowsPerson: true,
      })];
    });
  }
}

// A day as it is played for a collector or a file: simulation, telemetry and truth together, a second at a time. What it makes
// is the same whoever takes it.
import type { NationalDay } from '../day.js';
import type { Asker, DaySink, Outcome, SecondState } from '../simulation/day-sink.js';
import type { Lived } from '../simulation/lived.js';
import { Simulation } from '../simulation/simulation.js';
import { DayTelemetry, type Export } from '../telemetry/day-telemetry.js';
import { DayTruth } from './day-truth.js';

const SECOND_MS = 1_000;

export class PlayedDay {
  readonly telemetry: DayTelemetry;
  readonly simulation: Simulation;
  readonly truth: DayTruth;

  constructor(readonly day: NationalDay, seed: number, exportEverySeconds?: number) {
    this.telemetry = new DayTelemetry(day, seed, exportEverySeconds);
    this.truth = new DayTruth(day);
    this.simulation = new Simulation(day, seed, new TellingSink(this.telemetry, (state) => this.truth.observe(state, this.simulation.peopleInLine)));
  }

  get lived(): Lived { return this.simulation.lived; }

  /** What is to be sent, second after second. `atMs` is on the day's clock. */
  *exports(): Generator<{ atMs: number; exports: Export[] }> {
    for (let atMs = SECOND_MS; ; atMs += SECOND_MS) {
      const more = this.simulation.playUntil(atMs);
      if (!more) this.telemetry.finish(this.day.durationMs);
      yield { atMs, exports: this.telemetry.take() };
      if (!more) return;
    }
  }
}

/** Passes everything on, and tells of every second first. */
class TellingSink implements DaySink {
  constructor(private readonly sink: DaySink, private readonly tell: (state: SecondState) => void) {}

  journey(atMs: number, who: Asker): void { this.sink.journey(atMs, who); }
  channels(atMs: number, who: Asker): void { this.sink.channels(atMs, who); }
  line(atMs: number, who: Asker, fresh: boolean, outcome: Outcome): void { this.sink.line(atMs, who, fresh, outcome); }
  form(atMs: number, who: Asker, outcome: Outcome): void { this.sink.form(atMs, who, outcome); }
  slots(atMs: number, who: Asker): void { this.sink.slots(atMs, who); }
  booking(atMs: number, who: Asker, outcome: Outcome): void { this.sink.booking(atMs, who, outcome); }
  refused(atMs: number, who: Asker, step: 'form' | 'identity' | 'booking', channel: number, outcome: Outcome): void { this.sink.refused(atMs, who, step, channel, outcome); }
  identityBegan(atMs: number, attempt: number, who: Asker, channel: number): void { this.sink.identityBegan(atMs, attempt, who, channel); }
  identityEnded(atMs: number, attempt: number, who: Asker, channel: number, beganMs: number, outcome: Outcome): void { this.sink.identityEnded(atMs, attempt, who, channel, beganMs, outcome); }
  second(state: SecondState): void { this.tell(state); this.sink.second(state); }
}

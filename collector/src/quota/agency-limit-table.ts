// Which limits hold for an agency: what was set for it on the page, else what the file says of it, else what the file says of all, else what the environment
// says. Asked for every request, so an answer is kept until the file changes.
import type { AgencyLimits, LimitsFile } from '@narrows/contract';

export class AgencyLimitTable {
  readonly #configured: AgencyLimits;
  #file: LimitsFile;
  #own: ReadonlyMap<string, AgencyLimits> = new Map();
  readonly #known = new Map<string, AgencyLimits>();

  /** `configured` holds for whatever the file does not mention. */
  constructor(configured: AgencyLimits, file: LimitsFile = {}) {
    this.#configured = configured;
    this.#file = file;
  }

  replace(file: LimitsFile): void {
    this.#file = file;
    this.#known.clear();
  }

  /** What agencies were given on the page. */
  setOwn(own: ReadonlyMap<string, AgencyLimits>): void {
    this.#own = own;
    this.#known.clear();
  }

  readonly of = (agency: string): AgencyLimits => {
    let limits = this.#known.get(agency);
    if (!limits) {
      const { agencies = {} } = this.#file;
      const own = Object.hasOwn(agencies, agency) ? agencies[agency] : undefined;
      this.#known.set(agency, (limits = { ...this.#configured, ...this.#file.default, ...own, ...this.#own.get(agency) }));
    }
    return limits;
  };
}

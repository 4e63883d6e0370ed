// Who may book: adults who have not been vaccinated. The age is taken at the present moment, which is where it went wrong
// in the night of 20 July 2021.

const AGE_MIN = 18;

/** Full years at `nowMs` of somebody born on these six digits (YYMMDD); two digits of a year lie in the last hundred. */
export function ageOf(birth: string, nowMs: number, centuryEndsMs: number): number {
  const [year = 0, month = 1, day = 1] = [birth.slice(0, 2), birth.slice(2, 4), birth.slice(4, 6)].map(Number);
  const thisYear = new Date(centuryEndsMs).getUTCFullYear();
  const century = 100 * Math.floor(thisYear / 100);
  const born = Date.UTC(century + year > thisYear ? century - 100 + year : century + year, month - 1, day);
  const now = new Date(nowMs);
  const birthday = new Date(born);
  const years = now.getUTCFullYear() - birthday.getUTCFullYear();
  return now.getTime() < Date.UTC(now.getUTCFullYear(), birthday.getUTCMonth(), birthday.getUTCDate()) ? years - 1 : years;
}

/** `claimedNowMs` is what the service takes for the present moment. */
export function eligibilityOf(person: { birth: string; vaccinated: boolean }, claimedNowMs: number, nowMs: number): 'eligible' | 'not_eligible' {
  return !person.vaccinated && ageOf(person.birth, claimedNowMs, nowMs) >= AGE_MIN ? 'eligible' : 'not_eligible';
}

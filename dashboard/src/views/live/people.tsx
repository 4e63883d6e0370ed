// People against connections: how many persons, browsers and addresses stand behind what is measured, how many wait
// (those whom a waiting room keeps on purpose apart), and what they were told. An absent attribute is said, not zero.
import type { People as PeopleAnswer } from '@narrows/contract';
import type { ReactNode } from 'react';
import type { PlaceNames } from '../../model/place-names.js';
import { useLocale } from '../../i18n/locale.js';

const OUTCOMES_SHOWN = 6;
/** Somebody was told this: "0 %" would say that nobody was. */
const SHARE_LEAST = 0.01;

/** `onOpen` null: nothing to open. `children` stand in the place of the outcomes while it is open. */
export function People({ people, names, isOpen = false, onOpen = null, children }: { people: PeopleAnswer; names: PlaceNames; isOpen?: boolean; onOpen?: (() => void) | null; children?: ReactNode }) {
  const { words: { live: { people: words }, common, history }, format } = useLocale();
  // Who waits is a mean of seconds; people are whole.
  const number = (value: number | null) => (value === null ? <span className="text-faint text-base">{common.notReported}</span> : <b title={format.exactCount(Math.round(value))}>{format.count(Math.round(value))}</b>);
  const ratio = people.persons !== null && people.persons > 0 && people.sessions !== null ? people.sessions / people.persons : null;
  return (
    <section className="live-section people" aria-label={words.title}>
      <header className="section-head"><h2>{words.title}</h2><span className="text-faint">{words.perMinute}</span>{onOpen !== null && <button type="button" className="control tiny" aria-expanded={isOpen} aria-pressed={isOpen} onClick={onOpen}>{history.crowd.open}</button>}</header>
      <dl className="people-counts">
        <div><dt>{words.persons}</dt><dd>{number(people.persons)}</dd></div>
        <div><dt>{words.sessions}</dt><dd>{number(people.sessions)}{ratio !== null && <small> {words.perPerson(format.count(Math.round(ratio * 100) / 100))}</small>}</dd></div>
        <div><dt>{words.addresses}</dt><dd>{number(people.addresses)}</dd></div>
        <div className="waiting"><dt>{words.waiting}</dt><dd>{number(people.waiting)}</dd></div>
        <div><dt>{words.waitingDeliberate}</dt><dd>{number(people.waitingDeliberate)}</dd></div>
      </dl>
      {isOpen ? children : <Outcomes outcomes={people.outcomes} names={names} />}
    </section>
  );
}

function Outcomes({ outcomes: all, names }: { outcomes: PeopleAnswer['outcomes']; names: PlaceNames }) {
  const { words: { live: { people: words } }, format } = useLocale();
  const outcomes = all.slice(0, OUTCOMES_SHOWN);
  const told = all.reduce((sum, one) => sum + one.count, 0);
  return (
    <>
      <h3>{words.outcomes}</h3>
      {outcomes.length === 0 ? <p className="px-3 text-soft">{words.noOutcomes}</p> : (
        <ul className="outcomes">
          {outcomes.map(({ outcome, count }) => ({ outcome, count, share: count / Math.max(1, told) })).map(({ outcome, count, share }) => (
            <li key={outcome} title={`${outcome}: ${format.exactCount(count)}`}>
              <span className="name">{names.outcome(outcome)}</span>
              <span className="bar" aria-hidden="true"><i style={{ width: `${share * 100}%` }} /></span>
              <b>{format.count(count)}</b><span className="text-faint">{count > 0 && share < SHARE_LEAST ? `<${format.percent(SHARE_LEAST)}` : format.percent(Math.round(share * 100) / 100)}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

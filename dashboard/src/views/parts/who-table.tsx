// What sets a selection apart: a row an attribute, or a pair, with its share here and there as bars on one scale, its lift
// and how sure it is. A row is a button that narrows the page to it.
import type { Trait, WhoAnswer, WhoRow } from '@narrows/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ApiError } from '../../api/request.js';
import { useLocale, type Locale } from '../../i18n/locale.js';
import { filterOf } from '../../model/attribute-filter.js';
import { filterText, type PlaceNames } from '../../model/place-names.js';
import '../../styles/history.css';

export interface WhoTableProps { names: PlaceNames; answer: UseQueryResult<WhoAnswer, ApiError>; onChoose: (traits: readonly Trait[]) => void }

const IDENTIFIERS_SHOWN = 6;

export function WhoTable({ names, answer, onChoose }: WhoTableProps) {
  const locale = useLocale();
  const { words: { history: { who: words }, common }, format } = locale;
  const { data, error, isFetching } = answer;
  if (error) return <p role="alert" className="who-note">{error.code === 'QUERY_INVALID' ? words.noBackground : error.message} {error.code !== 'QUERY_INVALID' && <button type="button" className="control small" onClick={() => { void answer.refetch(); }}>{common.failed.again}</button>}</p>;
  if (!data) return <p role="status" className="who-note">{words.asking}</p>;
  const { selected, compared, rows, identifiers, background } = data;
  if (selected.total === 0) return <p className="who-note">{words.empty}</p>;
  const isSample = selected.sampled < selected.total || compared.sampled < compared.total;
  return (
    <div className="who" aria-busy={isFetching} data-old={answer.isPlaceholderData}>
      <p className="who-note">{words.against[background](format.count(selected.total), format.count(compared.total))}{isSample && <span className="text-faint"> · {words.sampled(format.count(selected.sampled), format.count(compared.sampled))}</span>}</p>
      {rows.length === 0 ? <p className="who-note text-soft">{words.none}</p> : (
        <ol className="who-rows" aria-label={words.title}>
          {rows.map((row) => <Row key={row.conditions.map(({ attribute, value }) => `${attribute}=${value}`).join('&')} row={row} names={names} locale={locale} onChoose={onChoose} />)}
        </ol>
      )}
      {identifiers.length > 0 && <p className="who-note text-faint">{words.identifiers(identifiers.slice(0, IDENTIFIERS_SHOWN).join(', ') + (identifiers.length > IDENTIFIERS_SHOWN ? ' …' : ''))}</p>}
    </div>
  );
}

function Row({ row, names, locale, onChoose }: { row: WhoRow; names: PlaceNames; locale: Locale; onChoose: (traits: readonly Trait[]) => void }) {
  const { words: { history: { who: words } }, format } = locale;
  const text = row.conditions.map((trait) => `${traitName(trait, locale)} ${traitValue(trait, names, locale)}`).join(` ${words.and} `);
  const interval = row.liftHigh === null ? words.atLeast(format.count(row.liftLow)) : words.range(format.count(row.liftLow), format.count(row.liftHigh));
  const also = row.also.length === 0 ? '' : `\n${words.also(row.also.map(({ attribute, value }) => `${attribute}=${value}`).join(', '))}`;
  const canFilter = filterOf(row.conditions, undefined) !== null;
  return (
    <li>
      <button type="button" disabled={!canFilter} title={`${words.filter(text)}\n${interval}\n${words.sure(format.percent(row.confidence))}${also}`} aria-label={`${words.filter(text)}: ${words.here} ${format.percent(row.share)}, ${words.there} ${format.percent(row.backgroundShare)}, ${interval}`} onClick={() => { onChoose(row.conditions); }}>
        <span className="who-traits">
          {row.conditions.map((trait, i) => (
            <span key={trait.attribute}>{i > 0 && <em>{words.and}</em>}<small>{traitName(trait, locale)}</small><b>{traitValue(trait, names, locale)}</b></span>
          ))}
        </span>
        <span className="who-lift">{row.backgroundShare === 0 ? words.onlyHere : words.times(format.count(row.lift))}</span>
        <span className="who-bars" aria-hidden="true">
          <i data-side="here" style={{ width: `${row.share * 100}%` }} /><span>{format.percent(row.share)}</span>
          <i data-side="there" style={{ width: `${row.backgroundShare * 100}%` }} /><span>{format.percent(row.backgroundShare)}</span>
        </span>
      </button>
    </li>
  );
}

const traitName = ({ attribute }: Trait, { words: { history: { who } } }: Locale): string => (Object.hasOwn(who.names, attribute) ? who.names[attribute] ?? attribute : attribute);
function traitValue({ attribute, value }: Trait, names: PlaceNames, { words: { history: { who } } }: Locale): string {
  return attribute === 'hour' ? who.hour(value) : filterText(attribute, value, names);
}

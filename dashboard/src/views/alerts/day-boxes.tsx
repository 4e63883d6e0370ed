// Days of the week to tick.
import { WEEKDAYS, type Weekday } from '@narrows/contract';
import { useLocale } from '../../i18n/locale.js';

export function DayBoxes({ days, onChange }: { days: readonly Weekday[]; onChange: (days: Weekday[]) => void }) {
  const { words: { alerts: { quiet } } } = useLocale();
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">{quiet.weekly}</legend>
      {WEEKDAYS.map((day) => <label key={day} className="flex items-center gap-1"><input type="checkbox" checked={days.includes(day)} onChange={(event) => { onChange(WEEKDAYS.filter((one) => (one === day ? event.target.checked : days.includes(one)))); }} />{quiet.days[day]}</label>)}
    </fieldset>
  );
}

// A button that deletes what nothing brings back: the first press asks, the second does it, and leaving it takes the question back.
import { useState } from 'react';
import { useLocale } from '../../i18n/locale.js';
import type { Form } from '../parts/form.js';

export function RemoveButton({ form }: { form: Pick<Form<object>, 'busy' | 'onSubmit'> }) {
  const { words: { alerts } } = useLocale();
  const [asked, setAsked] = useState(false);
  return (
    <form onSubmit={(event) => { if (asked) form.onSubmit(event); else event.preventDefault(); setAsked(!asked); }} onBlur={() => { setAsked(false); }}>
      <button type="submit" className={`control ${asked ? 'text-stuck' : ''}`} disabled={form.busy}>{asked ? alerts.rules.sureRemove : alerts.remove}</button>
    </form>
  );
}

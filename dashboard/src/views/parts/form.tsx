// Forms: what was typed stays, what is wrong is said beside its field in the reader's language, and what concerns no field stands above
// the button. A form that is being sent cannot be sent twice.
import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { ApiError } from '../../api/request.js';
import { useLocale } from '../../i18n/locale.js';

export interface Form<Values> {
  values: Values;
  set: (patch: Partial<Values>) => void;
  /** What is wrong with a field, or undefined. */
  faultOf: (field: string) => string | undefined;
  failure: ApiError | null;
  busy: boolean;
  onSubmit: (event: FormEvent) => void;
}

export function useForm<Values extends object>(initial: Values, submit: (values: Values, set: (patch: Partial<Values>) => void) => Promise<unknown>): Form<Values> {
  const { language } = useLocale();
  const [values, setValues] = useState(initial);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const set = (patch: Partial<Values>): void => { setValues((before) => ({ ...before, ...patch })); };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setFailure(null);
    submit(values, set).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setFailure(error);
    }).finally(() => { setBusy(false); });
  };
  return {
    values, set, busy, failure, onSubmit,
    faultOf: (field) => failure?.fields.find((one) => one.field === field)?.[language],
  };
}

export function Field({ label, hint, fault, children }: { label: string; hint?: string | undefined; fault?: string | undefined; children: (props: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }) => ReactNode }) {
  const id = useId();
  const said = fault ?? hint;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-xs text-soft">{label}</label>
      {children({ id, 'aria-invalid': fault !== undefined, 'aria-describedby': said === undefined ? undefined : `${id}-said` })}
      {said !== undefined && <p id={`${id}-said`} className={`text-xs ${fault === undefined ? 'text-soft' : 'text-stuck'}`}>{said}</p>}
    </div>
  );
}

export function TextField<Values extends object>({ form, name, label, hint, type = 'text', autoComplete, placeholder, mono = false }: {
  form: Form<Values>; name: keyof Values & string; label: string; hint?: string; type?: 'text' | 'password' | 'email' | 'number'; autoComplete?: string; placeholder?: string; mono?: boolean;
}) {
  return (
    <Field label={label} hint={hint} fault={form.faultOf(name)}>
      {(props) => <input {...props} className={`field h-8 ${mono ? 'font-mono' : ''}`} type={type} name={name} autoComplete={autoComplete} placeholder={placeholder} value={String(form.values[name] ?? '')} onChange={(event) => { form.set({ [name]: event.target.value } as Partial<Values>); }} />}
    </Field>
  );
}

/** What concerns no single field. */
export function FormFailure({ failure, known = [] }: { failure: ApiError | null; known?: readonly string[] }) {
  const { words: { common, setup: { errors } } } = useLocale();
  if (!failure || failure.fields.some(({ field }) => known.includes(field))) return null;
  return (
    <div role="alert" className="rounded-md border border-stuck bg-stuck-quiet px-3 py-2">
      <p>{failure.status === 0 ? common.failed.unreachable : errors[failure.code] ?? failure.message}</p>
      {errors[failure.code] === undefined && failure.whatToDo !== '' && <p className="text-soft">{failure.whatToDo}</p>}
    </div>
  );
}

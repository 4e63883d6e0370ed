// Login by an account, or by a provider of single sign-on: those come first, since whoever has one has no password here. What is wrong is
// said without saying which of the three it was.
import { ROUTES } from '@narrows/contract';
import { useSignOn } from '../../api/setup.js';
import { send } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { FormFailure, TextField, useForm } from '../parts/form.js';

export function LoginForm() {
  const { words: { setup: { login } } } = useLocale();
  const form = useForm({ login: '', password: '', code: '' }, async ({ login: name, password, code }) => {
    await send('POST', ROUTES.login, { login: name, password, ...code.trim() !== '' && { code } }, null);
    window.location.reload();
  });
  return (
    <form className="flex max-w-sm flex-col gap-3" onSubmit={form.onSubmit} noValidate>
      <TextField form={form} name="login" label={login.login} autoComplete="username" />
      <TextField form={form} name="password" label={login.password} type="password" autoComplete="current-password" />
      <TextField form={form} name="code" label={login.code} hint={login.codeHint} autoComplete="one-time-code" mono />
      <FormFailure failure={form.failure} />
      <button type="submit" className="control h-8 self-start bg-accent px-4 text-on-accent" disabled={form.busy}>{login.submit}</button>
    </form>
  );
}

/** One button a provider; nothing where there is none. `invitation`: taken along, and accepted on the way back. */
export function SignOnButtons({ invitation }: { invitation?: string }) {
  const { language, words: { setup: { login } } } = useLocale();
  const providers = useSignOn().data?.providers ?? [];
  if (providers.length === 0) return null;
  return (
    <div className="mb-6 flex max-w-sm flex-col gap-2" data-sign-on>
      {providers.map(({ id, name }) => (
        <a key={id} href={`/sign-on/${id}${invitation === undefined ? '' : `?invitation=${encodeURIComponent(invitation)}`}`} className="control h-9 justify-center bg-accent px-4 text-on-accent" data-provider={id}>{login.by(name[language])}</a>
      ))}
      <p className="mt-4 text-soft">{invitation === undefined ? login.orPassword : login.orAccount}</p>
    </div>
  );
}

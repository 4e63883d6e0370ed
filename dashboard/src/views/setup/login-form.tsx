// Login by an account. What is wrong is said without saying which of the three it was.
import { ROUTES } from '@narrows/contract';
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

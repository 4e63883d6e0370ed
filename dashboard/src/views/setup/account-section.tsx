// One's own account: made by whoever came in by the terminal's link, its password, and the code from a phone.
import { ROUTES, type CodeOffer, type LoggedOut, type SignOnAddress } from '@narrows/contract';
import { useState } from 'react';
import { useAccount, useSignOn } from '../../api/setup.js';
import { useSend } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { FormFailure, TextField, useForm } from '../parts/form.js';

export function AccountSection() {
  const { words: { common, setup: { settings, login } } } = useLocale();
  const account = useAccount();
  const send = useSend();
  const logout = useForm({}, async () => { const { next } = await send<LoggedOut>('DELETE', ROUTES.session); window.location.assign(next ?? '/'); });
  if (!account.data) return account.error ? <Failure error={account.error} onRetry={() => { void account.refetch(); }} /> : <p role="status" className="text-soft">{common.loading(settings.sections.account)}</p>;
  const own = account.data.account;
  return (
    <>
      {own ? <><p><span className="font-semibold">{own.name}</span> <span className="text-soft">{own.login}</span></p>{(own.hasPassword || !own.hasSignOn) && <><PasswordForm hasPassword={own.hasPassword} /><CodeForm hasCode={own.hasCode} /></>}<SignOnForm connected={own.hasSignOn} hasPassword={own.hasPassword} /></> : <NewAccountForm />}
      <form onSubmit={logout.onSubmit}><button type="submit" className="control" disabled={logout.busy}>{login.logout}</button></form>
    </>
  );
}

function NewAccountForm() {
  const { words: { setup: { settings, login } } } = useLocale();
  const send = useSend('session', 'account');
  const form = useForm({ login: '', name: '', password: '' }, (values) => send('POST', ROUTES.account, values));
  return (
    <form className="flex max-w-sm flex-col gap-3" onSubmit={form.onSubmit} noValidate>
      <h2 className="font-semibold">{settings.newAccount}</h2><p className="text-soft">{settings.newAccountBody}</p>
      <TextField form={form} name="login" label={login.login} autoComplete="username" />
      <TextField form={form} name="name" label={settings.name} autoComplete="name" />
      <TextField form={form} name="password" label={settings.password} hint={settings.passwordHint} type="password" autoComplete="new-password" />
      <FormFailure failure={form.failure} known={['login', 'name', 'password']} />
      <button type="submit" className="control self-start" disabled={form.busy}>{settings.newAccount}</button>
    </form>
  );
}

function PasswordForm({ hasPassword }: { hasPassword: boolean }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('account');
  const [saved, setSaved] = useState(false);
  const form = useForm({ current: '', password: '' }, async (values, set) => { await send('PUT', ROUTES.password, values); set({ current: '', password: '' }); setSaved(true); });
  return (
    <form className="flex max-w-sm flex-col gap-3" onSubmit={form.onSubmit} noValidate>
      <h2 className="font-semibold">{settings.changePassword}</h2>
      {hasPassword && <TextField form={form} name="current" label={settings.current} type="password" autoComplete="current-password" />}
      <TextField form={form} name="password" label={settings.newPassword} hint={settings.passwordHint} type="password" autoComplete="new-password" />
      <FormFailure failure={form.failure} known={['current', 'password']} />
      <button type="submit" className="control self-start" disabled={form.busy}>{settings.changePassword}</button>
      {saved && <p role="status" className="text-soft">{settings.saved}</p>}
    </form>
  );
}

function CodeForm({ hasCode }: { hasCode: boolean }) {
  const { words: { setup: { settings } } } = useLocale();
  const send = useSend('account');
  const [offer, setOffer] = useState<CodeOffer | null>(null);
  const begin = useForm({}, async () => { setOffer(await (await fetch(`/api/v1${ROUTES.code}`)).json() as CodeOffer); });
  const enrol = useForm({ code: '' }, async ({ code }) => { await send('PUT', ROUTES.code, { secret: offer?.secret ?? '', code }); setOffer(null); });
  const remove = useForm({ password: '' }, (values) => send('DELETE', ROUTES.code, values));
  if (hasCode) {
    return (
      <form className="flex max-w-sm flex-col gap-3" onSubmit={remove.onSubmit} noValidate>
        <p>{settings.enrolled}</p>
        <TextField form={remove} name="password" label={settings.password} type="password" autoComplete="current-password" />
        <FormFailure failure={remove.failure} known={['password']} />
        <button type="submit" className="control self-start" disabled={remove.busy}>{settings.unenrol}</button>
      </form>
    );
  }
  if (!offer) return <form onSubmit={begin.onSubmit}><button type="submit" className="control" disabled={begin.busy}>{settings.enrol}</button></form>;
  return (
    <form className="flex max-w-sm flex-col gap-3" onSubmit={enrol.onSubmit} noValidate>
      <p>{settings.enrolBody}</p>
      <img alt={offer.uri} src={`data:image/svg+xml;utf8,${encodeURIComponent(offer.qr)}`} width={200} height={200} className="rounded-md bg-white p-2" />
      <code className="font-mono text-xs break-all text-soft" data-code-secret>{offer.secret}</code>
      <TextField form={enrol} name="code" label={settings.code} autoComplete="one-time-code" mono />
      <FormFailure failure={enrol.failure} known={['code']} />
      <button type="submit" className="control self-start" disabled={enrol.busy}>{settings.enrol}</button>
    </form>
  );
}

/** Connected only by whoever is in the account and at the provider at once. */
function SignOnForm({ connected, hasPassword }: { connected: boolean; hasPassword: boolean }) {
  const { language, words: { setup: { settings } } } = useLocale();
  const send = useSend('account');
  const providers = useSignOn().data?.providers ?? [];
  const connect = useForm({ provider: '' }, async ({ provider }) => { window.location.assign((await send<SignOnAddress>('POST', ROUTES.accountSignOn, { provider })).address); });
  const disconnect = useForm({}, () => send('DELETE', ROUTES.accountSignOn));
  if (connected) {
    return (
      <form className="flex max-w-sm flex-col gap-3" onSubmit={disconnect.onSubmit} data-connected>
        <h2 className="font-semibold">{settings.signOn}</h2>
        <p className="text-soft">{hasPassword ? settings.connected : settings.signOnOnly}</p>
        <FormFailure failure={disconnect.failure} />
        {hasPassword && <button type="submit" className="control self-start" disabled={disconnect.busy}>{settings.disconnect}</button>}
      </form>
    );
  }
  if (providers.length === 0) return null;
  return (
    <form className="flex max-w-sm flex-col gap-3" onSubmit={connect.onSubmit}>
      <h2 className="font-semibold">{settings.signOn}</h2>
      <p className="text-soft">{settings.connectBody}</p>
      <FormFailure failure={connect.failure} />
      {providers.map(({ id, name }) => <button key={id} type="submit" className="control self-start" data-connect={id} disabled={connect.busy} onClick={() => { connect.set({ provider: id }); }}>{settings.connect(name[language])}</button>)}
    </form>
  );
}

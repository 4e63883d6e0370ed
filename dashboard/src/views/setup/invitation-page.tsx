// An invitation: what it is for, and the account that whoever opens it makes, here or by a provider of single sign-on. One that no longer works says how to get another.
import { ROUTES } from '@narrows/contract';
import { useInvitation } from '../../api/setup.js';
import { filled, send } from '../../api/send.js';
import { useLocale } from '../../i18n/locale.js';
import { Failure } from '../parts/failure.js';
import { FormFailure, TextField, useForm } from '../parts/form.js';
import { SignOnButtons } from './login-form.js';

export function InvitationPage({ token }: { token: string }) {
  const { words: { common, setup }, format } = useLocale();
  const invitation = useInvitation(token);
  const form = useForm({ login: '', name: '', password: '' }, async (values) => {
    await send('POST', filled(ROUTES.invitation, { token }), values, null);
    window.location.assign('/live');
  });
  if (invitation.error && invitation.error.code !== 'INVITATION_USED') return <Failure error={invitation.error} onRetry={() => { void invitation.refetch(); }} />;
  return (
    <main id="main" className="grid min-h-full place-items-center p-6">
      <div className="flex w-full max-w-[56ch] flex-col gap-4">
        <img src="/icon.svg" alt="Narrows" width={40} height={40} className="rounded-md" />
        {invitation.error && <><h1 className="text-xl font-semibold">{setup.invitation.usedTitle}</h1><p className="text-base text-soft">{setup.invitation.usedBody}</p></>}
        {!invitation.error && !invitation.data && <p role="status" className="text-soft">{common.loading(setup.invitation.loading)}</p>}
        {invitation.data && (
          <>
            <h1 className="text-xl font-semibold">{setup.invitation.title(invitation.data.agencyName)}</h1>
            <p className="text-base text-soft">{setup.invitation.body(invitation.data.invitedBy, setup.roles[invitation.data.role], format.dateTime(invitation.data.expiresAtMs))}</p>
            <p className="text-soft">{setup.roleDoes[invitation.data.role]}</p>
            <SignOnButtons invitation={token} />
            <form className="flex max-w-sm flex-col gap-3" onSubmit={form.onSubmit} noValidate>
              <TextField form={form} name="login" label={setup.login.login} autoComplete="username" />
              <TextField form={form} name="name" label={setup.settings.name} autoComplete="name" />
              <TextField form={form} name="password" label={setup.settings.password} hint={setup.settings.passwordHint} type="password" autoComplete="new-password" />
              <FormFailure failure={form.failure} known={['login', 'name', 'password']} />
              <button type="submit" className="control h-8 self-start bg-accent px-4 text-on-accent" disabled={form.busy}>{setup.invitation.accept}</button>
            </form>
          </>
        )}
      </div>
    </main>
  );
}

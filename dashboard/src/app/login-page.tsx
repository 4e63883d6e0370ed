// No session: log in by a provider, by an account, or by the link of the collector's terminal; that is said in both languages at once, because nobody
// has said yet which one they read.
import type { ApiError } from '../api/request.js';
import { useLocale } from '../i18n/locale.js';
import { LoginForm, SignOnButtons } from '../views/setup/login-form.js';

const COMMAND = 'npx narrows login-link';
const TEXTS = [
  { lang: 'ko', title: '로그인 링크로 들어오세요', body: '수집기를 시작할 때 터미널에 한 번 쓰는 링크가 표시됩니다. 이미 썼거나 만료됐다면 수집기가 있는 서버에서 아래 명령으로 새 링크를 만드세요.', again: '다시 확인' },
  { lang: 'en', title: 'Come in by a login link', body: 'The collector printed a one-time link in its terminal when it started. If it was used or has expired, print a new one on the collector’s machine:', again: 'Check again' },
] as const;

export function LoginPage({ error }: { error: ApiError }) {
  const { words: { setup } } = useLocale();
  return (
    <main id="main" className="grid min-h-full place-items-center p-6">
      <div className="w-full max-w-[60ch]">
        <img src="/icon.svg" alt="Narrows" width={40} height={40} className="mb-6 rounded-md" />
        <h1 className="mb-3 text-xl font-semibold">{setup.login.title}</h1>
        <SignOnButtons />
        <LoginForm />
        <h2 className="mt-8 mb-3 text-soft">{setup.login.linkTitle}</h2>
        <div className="flex flex-col gap-8">
          {TEXTS.map((text) => (
            <section key={text.lang} lang={text.lang} className="flex flex-col gap-2">
              <h3 className="font-semibold">{text.title}</h3>
              <p className="text-base text-soft">{text.body}</p>
              <pre className="rounded-md border border-line bg-surface px-3 py-2 font-mono text-sm">{COMMAND}</pre>
              <button type="button" className="control self-start" onClick={() => { window.location.reload(); }}>{text.again}</button>
            </section>
          ))}
        </div>
        <p className="mt-8 font-mono text-xs text-faint">{error.code}</p>
      </div>
    </main>
  );
}

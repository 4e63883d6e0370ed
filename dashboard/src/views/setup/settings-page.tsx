// Settings: one section at a time, by the address. A section that the reader's role does not open is not offered, and says so to whoever
// comes by a link.
import type { Permission } from '@narrows/contract';
import { useSession } from '../../api/answers.js';
import { useUrlState } from '../../app/use-url-state.js';
import { useLocale } from '../../i18n/locale.js';
import { AccountSection } from './account-section.js';
import { AgenciesSection } from './agencies-section.js';
import { AuditSection } from './audit-section.js';
import { DataSection } from './data-section.js';
import { KeysSection } from './keys-section.js';
import { PeopleSection } from './people-section.js';
import { PipelinesSection } from './pipelines-section.js';

const SECTIONS = [
  { name: 'account', permission: 'view', Section: AccountSection },
  { name: 'keys', permission: 'keys', Section: KeysSection },
  { name: 'people', permission: 'people', Section: PeopleSection },
  { name: 'pipelines', permission: 'configure', Section: PipelinesSection },
  { name: 'data', permission: 'configure', Section: DataSection },
  { name: 'agencies', permission: 'agencies', Section: AgenciesSection },
  { name: 'audit', permission: 'audit', Section: AuditSection },
] as const satisfies readonly { name: string; permission: Permission; Section: () => React.ReactNode }[];

export function SettingsPage() {
  const { words: { common, setup: { settings } } } = useLocale();
  const { state, set } = useUrlState();
  const session = useSession();
  if (!session.data) return <p role="status" className="p-6 text-soft">{common.loading(settings.loading)}</p>;
  const { permissions } = session.data;
  const open = SECTIONS.filter(({ permission }) => permissions.includes(permission));
  const asked = SECTIONS.find(({ name }) => name === state.panel);
  const shown = asked ?? open.find(({ name }) => name === 'keys') ?? open[0];
  return (
    <div className="flex max-w-[1200px] flex-col gap-4 p-4 max-sm:p-3">
      <h1 className="text-xl font-semibold">{settings.title}</h1>
      <div role="tablist" aria-label={settings.title} className="flex flex-wrap gap-1 border-b border-line pb-2">
        {open.map(({ name }) => <button key={name} type="button" role="tab" aria-selected={shown?.name === name} data-selected={shown?.name === name} className="control" onClick={() => { set({ panel: name }); }}>{settings.sections[name]}</button>)}
      </div>
      <div role="tabpanel" aria-label={shown && settings.sections[shown.name]} className="flex flex-col gap-6" data-section={shown?.name}>
        {shown && (permissions.includes(shown.permission) ? <shown.Section /> : <p role="alert">{settings.forbidden}</p>)}
      </div>
    </div>
  );
}

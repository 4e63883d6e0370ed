// ⌘K: type a word, press Enter, be there. It offers the pages, the pipelines and their stages, the services that have
// reported, and any trace id that is typed or pasted.
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useState } from 'react';
import { useIngest, usePipelines } from '../api/answers.js';
import { inLanguage, useLocale } from '../i18n/locale.js';
import { choose } from './appearance.js';
import { PAGES } from './rail.js';
import { useUrlState } from './use-url-state.js';

interface Command { value: string; label: string; group: string; run: () => void }

const TRACE_ID = /^[0-9a-f]{32}$/i;

export default function Palette({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const { words: { common } } = useLocale();
  const [typed, setTyped] = useState('');
  const commands = useCommands(typed.trim());
  return (
    <Dialog.Root open onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-[oklch(0_0_0/0.5)]" />
        <Dialog.Popup aria-label={common.palette.label} className="fixed top-20 left-1/2 flex max-h-[70vh] w-[min(94vw,36rem)] -translate-x-1/2 flex-col overflow-hidden rounded-md border border-line bg-surface shadow-lg outline-none">
          <Autocomplete.Root open inline items={commands} value={typed} onValueChange={setTyped} autoHighlight="always" keepHighlight itemToStringValue={(command: Command) => command.label}>
            <Autocomplete.Input aria-label={common.palette.label} placeholder={common.palette.placeholder} className="h-11 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint" />
            <Autocomplete.Empty><p className="px-4 py-3 text-soft empty:hidden">{common.palette.empty}</p></Autocomplete.Empty>
            <Autocomplete.List className="overflow-y-auto p-1 data-empty:hidden">
              {(command: Command) => (
                <Autocomplete.Item key={command.value} value={command} onClick={() => { command.run(); onOpenChange(false); }} className="flex h-8 items-center gap-3 rounded-sm px-3 data-highlighted:bg-accent-quiet">
                  <span className="min-w-0 flex-1 truncate">{command.label}</span><span className="text-xs text-soft">{command.group}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useCommands(typed: string): Command[] {
  const { words: { common }, language } = useLocale();
  const { set, open } = useUrlState();
  const pipelines = usePipelines().data?.pipelines ?? [];
  const services = useIngest(false).data?.services ?? [];
  const { goTo, filter, set: setting, openTrace } = common.palette;
  return [
    // Its label holds the id, so that the list's own filter lets it through.
    ...(TRACE_ID.test(typed) ? [{ value: 'trace', label: openTrace(typed), group: goTo, run: () => { open(`/traces/${typed.toLowerCase()}`); } }] : []),
    ...PAGES.map(({ path, word }) => ({ value: path, label: common.nav[word], group: goTo, run: () => { open(path); } })),
    ...pipelines.map((one) => ({ value: `pipeline ${one.id}`, label: inLanguage(one.name, language), group: common.pipeline, run: () => { set({ pipeline: one.id, stage: undefined, channel: undefined }); } })),
    ...pipelines.flatMap((one) => one.stages.map((stage) => ({
      value: `stage ${one.id} ${stage.id}`, label: stage.name ? `${inLanguage(stage.name, language)} (${stage.id})` : stage.id, group: common.stage,
      run: () => { set({ pipeline: one.id, stage: stage.id, channel: undefined }); },
    }))),
    ...services.map(({ service }) => ({ value: `service ${service}`, label: service, group: `${common.service} · ${filter}`, run: () => { set({ service }); } })),
    { value: 'language', label: common.language.other, group: setting, run: () => { choose({ language: language === 'ko' ? 'en' : 'ko' }); set({ lang: undefined }, { replace: true }); } },
    { value: 'dark', label: common.theme.toDark, group: setting, run: () => { choose({ theme: 'dark' }); set({ theme: undefined }, { replace: true }); } },
    { value: 'light', label: common.theme.toLight, group: setting, run: () => { choose({ theme: 'light' }); set({ theme: undefined }, { replace: true }); } },
  ];
}

// The list of keys.
import { Dialog } from '@base-ui/react/dialog';
import { useLocale } from '../i18n/locale.js';

export default function Help({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const { words: { common: { help } } } = useLocale();
  return (
    <Dialog.Root open onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 bg-[oklch(0_0_0/0.5)]" />
        <Dialog.Popup className="fixed top-24 left-1/2 w-[min(92vw,26rem)] -translate-x-1/2 rounded-md border border-line bg-surface p-4 shadow-lg outline-none">
          <Dialog.Title className="mb-3 text-lg font-semibold">{help.title}</Dialog.Title>
          <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-1.5">
            {help.keys.map(([keys, meaning]) => [<dt key={keys}><kbd className="kbd">{keys}</kbd></dt>, <dd key={`${keys} meaning`} className="text-soft">{meaning}</dd>])}
          </dl>
          <Dialog.Close className="control mt-4">{help.close}</Dialog.Close>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

// Copies a text and says so. Without the clipboard API (plain http in a closed network) it selects the text in a field
// and lets the browser copy that.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLocale } from '../../i18n/locale.js';

const SAID_MS = 1_500;

export function CopyButton({ text, label, bare = false }: { text: string | (() => string); label?: string; bare?: boolean }) {
  const { words: { common } } = useLocale();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => { setCopied(false); }, SAID_MS);
    return () => { clearTimeout(timer); };
  }, [copied]);
  const copy = async (): Promise<void> => {
    await copyText(typeof text === 'function' ? text() : text);
    setCopied(true);
  };
  const name = label ?? common.copy;
  return (
    <button type="button" className={bare ? 'inline-flex size-6 items-center justify-center rounded-sm text-faint hover:text-text' : 'control'} aria-label={name} title={name} onClick={() => { void copy(); }}>
      {copied ? <Check size={14} aria-hidden className="text-fine" /> : <Copy size={14} aria-hidden />}
      {!bare && <span>{name}</span>}
      <span role="status" className="sr-only">{copied ? common.copied : ''}</span>
    </button>
  );
}

async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

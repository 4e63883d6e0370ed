// A channel as its form holds it, every field a text; only those of its kind are sent. A secret is empty until it is typed anew.
import type { ChannelKind, ChannelView } from '@narrows/contract';

export interface ChannelForm {
  name: string; kind: ChannelKind; language: 'ko' | 'en'; enabled: boolean;
  url: string; secret: string; to: string; from: string; host: string; port: string; secure: string; user: string; password: string; senderKey: string; templateCode: string; template: string;
}

export const NEW_CHANNEL: ChannelForm = {
  name: '', kind: 'webhook', language: 'ko', enabled: true, url: '', secret: '', to: '', from: '', host: '', port: '587', secure: 'starttls', user: '', password: '', senderKey: '', templateCode: '', template: '#{title}\n#{link}',
};

const listOf = (text: string): string[] => text.split(',').map((one) => one.trim()).filter((one) => one !== '');
const set = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));

export function channelOf({ name, kind, language, enabled, ...form }: ChannelForm): Record<string, unknown> {
  return { name, kind, language, enabled, settings: settingsOf(kind, form) };
}

function settingsOf(kind: ChannelKind, form: Omit<ChannelForm, 'name' | 'kind' | 'language' | 'enabled'>): Record<string, unknown> {
  const { url, secret, from, host, secure, user, password, senderKey, templateCode, template } = form;
  switch (kind) {
    case 'webhook': return set({ url, secret });
    case 'slack': return set({ url });
    case 'kakao': return set({ url, secret, senderKey, templateCode, template, to: listOf(form.to) });
    case 'email': return set({ to: listOf(form.to), from, host, port: /^\d+$/.test(form.port) ? Number(form.port) : form.port, secure, user, password });
    case 'browser': return {};
  }
}

export function channelFormOf({ name, kind, language, enabled, settings }: ChannelView): ChannelForm {
  const texts = Object.fromEntries(Object.entries(settings).filter(([field]) => field in NEW_CHANNEL).map(([field, value]) => [field, Array.isArray(value) ? value.join(', ') : String(value)]));
  return { ...NEW_CHANNEL, ...texts, name, kind, language, enabled };
}

// Who was heard and is heard no more: services, agents (instances of a service) and relays, by when each was last heard. A
// sender is silent when it misses its own usual interval by far, so that whoever reports once a minute is not called dead
// after half of one. An instance that a new one has replaced (a deployment) is not missed. Pure.
import type { UnixMs } from '@narrows/contract';

export const SENDER_KINDS = ['service', 'agent', 'relay'] as const;
export type SenderKind = (typeof SENDER_KINDS)[number];

/** `instance` is '' for a service as a whole. */
export interface Sender {
  agency: string; kind: SenderKind; service: string; instance: string;
  firstMs: UnixMs; lastMs: UnixMs;
  /** Longest pause between two words of it lately. */
  gapMs: number;
}
export interface Heard { agency: string; service: string; instance: string; lastMs: UnixMs }

/** The service under which a relay reports about itself. */
export const RELAY_SERVICE = 'narrows-relay';
/** So many of its own usual pauses are silence. */
const GAPS_OF_SILENCE = 2.5;
/** A longest pause is forgotten by this part with every word that comes sooner. */
const GAP_FORGETS = 0.02;
/** A new instance excuses an old one that fell silent this long after it began, or this long before. */
const OVERLAP_MAX_MS = 15 * 60_000;
const RESTART_MAX_MS = 180_000;
/** Nobody waits for ever: after a day of silence a sender is history. */
export const FORGET_AFTER_MS = 24 * 3600_000;
/** Senders remembered of one agency; those beyond are not watched, and that is counted. */
export const SENDERS_MAX = 20_000;

export const senderKey = ({ kind, service, instance }: Pick<Sender, 'kind' | 'service' | 'instance'>): string => (kind === 'service' ? service : `${service} · ${instance}`);

export class SenderBook {
  readonly #senders = new Map<string, Map<string, Sender>>();
  /** Senders that there was no room for. */
  left = 0;

  hear(heard: readonly Heard[]): void {
    for (const one of heard) {
      const isRelay = one.service === RELAY_SERVICE;
      if (!isRelay) this.#hear({ ...one, instance: '' }, 'service');
      if (one.instance !== '') this.#hear(one, isRelay ? 'relay' : 'agent');
    }
  }

  #hear({ agency, service, instance, lastMs }: Heard, kind: SenderKind): void {
    const senders = this.#of(agency);
    const key = `${kind} ${senderKey({ kind, service, instance })}`;
    const known = senders.get(key);
    if (!known) {
      if (senders.size >= SENDERS_MAX) { this.left++; return; }
      senders.set(key, { agency, kind, service, instance, firstMs: lastMs, lastMs, gapMs: 0 });
    } else if (lastMs > known.lastMs) {
      known.gapMs = Math.max(lastMs - known.lastMs, known.gapMs * (1 - GAP_FORGETS));
      known.lastMs = lastMs;
    }
  }

  /** As they were written down before a restart. */
  restore(senders: readonly Sender[]): void {
    for (const one of senders) this.#of(one.agency).set(`${one.kind} ${senderKey(one)}`, { ...one });
  }

  forget(agency: string, key: string): void {
    for (const kind of SENDER_KINDS) this.#of(agency).delete(`${kind} ${key}`);
  }

  /** Drop who has been silent for a day. */
  sweep(asOfMs: UnixMs): void {
    for (const senders of this.#senders.values()) for (const [key, { lastMs }] of senders) if (asOfMs - lastMs > FORGET_AFTER_MS) senders.delete(key);
  }

  of(agency: string): Sender[] { return [...this.#of(agency).values()]; }
  all(): Sender[] { return [...this.#senders.values()].flatMap((senders) => [...senders.values()]); }

  #of(agency: string): Map<string, Sender> {
    let senders = this.#senders.get(agency);
    if (!senders) this.#senders.set(agency, (senders = new Map()));
    return senders;
  }
}

export interface SilenceQuestion {
  silentMs: number;
  /** Everything received before this moment has been looked at. */
  asOfMs: UnixMs;
  /** Nobody could be heard before this: the collector itself was not there. */
  listeningSinceMs: UnixMs;
}

/** How long each sender has been silent, or null while it is not. */
export function silenceOf(senders: readonly Sender[], { silentMs, asOfMs, listeningSinceMs }: SilenceQuestion): { sender: Sender; silentForMs: number | null }[] {
  const pause = (sender: Sender) => asOfMs - Math.max(sender.lastMs, listeningSinceMs);
  const isSilent = (sender: Sender) => pause(sender) > Math.max(silentMs, GAPS_OF_SILENCE * sender.gapMs);
  const excused = replaced(senders, isSilent);
  return senders.map((sender) => ({ sender, silentForMs: isSilent(sender) && !excused.has(sender) ? pause(sender) : null }));
}

/** Silent agents that a living one of the same service has taken the place of; each takes one. */
function replaced(senders: readonly Sender[], isSilent: (sender: Sender) => boolean): Set<Sender> {
  const excused = new Set<Sender>();
  const agents = new Map<string, Sender[]>();
  for (const sender of senders) if (sender.kind === 'agent') agents.set(sender.service, [...(agents.get(sender.service) ?? []), sender]);
  for (const instances of agents.values()) {
    const silent = instances.filter(isSilent).sort((a, b) => a.lastMs - b.lastMs);
    const successors = instances.filter((one) => !isSilent(one)).sort((a, b) => a.firstMs - b.firstMs);
    for (const one of silent) {
      const at = successors.findIndex(({ firstMs }) => firstMs > one.firstMs && firstMs >= one.lastMs - OVERLAP_MAX_MS && firstMs <= one.lastMs + RESTART_MAX_MS);
      if (at < 0) continue;
      successors.splice(at, 1);
      excused.add(one);
    }
  }
  return excused;
}

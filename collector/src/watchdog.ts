// Watches one collector from outside: `/health` says that the process lives, `/ready` that it can answer. So many failures in a
// row are "gone", one success is "back"; each change is told by every channel, and told again until it was taken or has changed.
import { randomBytes } from 'node:crypto';
import type { ChannelDraft } from '@narrows/contract';
import type { AddressGuard } from './alert/address-guard.js';
import { DeliveryFault } from './alert/delivery-fault.js';
import type { Notice } from './alert/notice.js';
import { sendNotice } from './alert/send-notice.js';

const ASK_TIMEOUT_MS = 5_000;

export interface WatchdogOptions {
  url: string; name: string; everyMs: number; failures: number;
  channels: readonly ChannelDraft[]; guard: AddressGuard;
  now: () => number;
  say: (line: string) => void;
}

export class Watchdog {
  readonly #options: WatchdogOptions;
  #timer: NodeJS.Timeout | undefined;
  #turning: Promise<void> = Promise.resolve();
  #failures = 0;
  #isGone = false;
  /** What each channel has still to hear. */
  #untold = new Map<ChannelDraft, { notice: Notice; id: string }>();

  constructor(options: WatchdogOptions) { this.#options = options; }

  start(): void {
    let busy = false;
    const turn = () => {
      if (busy) return;
      busy = true;
      this.#turning = this.look().finally(() => { busy = false; });
    };
    this.#timer = setInterval(turn, this.#options.everyMs);
    turn();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turning;
  }

  /** Ask once, and tell what has changed. */
  async look(): Promise<void> {
    const { failures, say, channels, now } = this.#options;
    const fault = await this.#ask();
    this.#failures = fault === null ? 0 : this.#failures + 1;
    if (fault !== null) say(`${fault} (${this.#failures})`);
    const isGone = fault === null ? false : this.#isGone || this.#failures >= failures;
    if (isGone !== this.#isGone) {
      this.#isGone = isGone;
      const notice = this.#notice(isGone, fault ?? '');
      const id = `watchdog.${now()}.${randomBytes(6).toString('hex')}`;
      this.#untold = new Map(channels.filter(({ enabled }) => enabled).map((channel, i) => [channel, { notice, id: `${id}.${i}` }]));
    }
    await Promise.all([...this.#untold].map(([channel, { notice, id }]) => this.#tell(channel, notice, id)));
  }

  async #ask(): Promise<string | null> {
    for (const path of ['/health', '/ready']) {
      try {
        const response = await fetch(this.#options.url + path, { signal: AbortSignal.timeout(ASK_TIMEOUT_MS), redirect: 'error' });
        await response.body?.cancel();
        if (!response.ok) return `${path} answers ${response.status}`;
      } catch (error) {
        return `${path}: ${error instanceof Error ? String(error.cause instanceof Error ? error.cause.message : error.message) : String(error)}`;
      }
    }
    return null;
  }

  async #tell(channel: ChannelDraft, notice: Notice, id: string): Promise<void> {
    try {
      await sendNotice(this.#options.guard, channel, notice, id, this.#options.now());
      if (this.#untold.get(channel)?.id === id) this.#untold.delete(channel);
      this.#options.say(`told ${channel.name}: ${notice.event}`);
    } catch (error) {
      if (!(error instanceof DeliveryFault)) throw error;
      this.#options.say(`${channel.name} was not told: ${error.message}`);
      if (!error.retryable) this.#untold.delete(channel);
    }
  }

  #notice(isGone: boolean, because: string): Notice {
    const { name, url, now } = this.#options;
    return {
      event: isGone ? 'collector_gone' : 'collector_back', agency: { id: 'narrows', name: 'Narrows' }, severity: isGone ? 'critical' : 'info', incident: null, atMs: now(),
      title: isGone ? { ko: `${name} 수집기가 응답하지 않습니다`, en: `The collector ${name} does not answer` } : { ko: `${name} 수집기가 다시 응답합니다`, en: `The collector ${name} answers again` },
      body: isGone ? { ko: `${url} ${because}. 감시와 경보가 멈춰 있습니다.`, en: `${url} ${because}. Nothing is watched and no alert fires.` } : { ko: url, en: url },
    };
  }
}

// The collector's live stream as the dashboard sees it: server-sent events, one tick a second. The stream is opened
// again whenever it breaks, because the collector may be killed and started again in mid-run.
import type { LiveTick } from '@narrows/contract';
import { ROUTES } from '@narrows/contract';
import { setTimeout as sleep } from 'node:timers/promises';

const REOPEN_AFTER_MS = 500;

export interface LiveSource { url: string; pipeline: string; headers: Readonly<Record<string, string>> }

/** Call `onTick` for every tick until `signal` aborts; `onTrouble` hears why the stream had to be opened again. */
export async function followLiveStream(source: LiveSource, onTick: (tick: LiveTick) => void, onTrouble: (why: string) => void, signal: AbortSignal): Promise<void> {
  const address = `${source.url}/api/v1${ROUTES.liveStream}?pipeline=${encodeURIComponent(source.pipeline)}`;
  while (!signal.aborted) {
    try {
      const response = await fetch(address, { headers: { ...source.headers, accept: 'text/event-stream' }, signal });
      if (response.status !== 200 || response.body === null) throw new Error(`the live stream answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
      const events = new EventReader((event, data) => { if (event === 'tick') onTick(JSON.parse(data) as LiveTick); });
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) events.push(text);
    } catch (error) {
      if (!signal.aborted) onTrouble(error instanceof Error ? error.message : String(error));
    }
    // Rejects only when the signal ends the wait, and then the loop ends too.
    await sleep(REOPEN_AFTER_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Cuts a stream of text into server-sent events, however it arrives in pieces. */
export class EventReader {
  readonly #onEvent: (event: string, data: string) => void;
  #rest = '';
  #event = 'message';
  #data: string[] = [];

  constructor(onEvent: (event: string, data: string) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#read(line);
  }

  #read(line: string): void {
    if (line === '') {
      if (this.#data.length > 0) this.#onEvent(this.#event, this.#data.join('\n'));
      this.#event = 'message';
      this.#data = [];
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') this.#event = value ?? '';
    if (field === 'data') this.#data.push(value ?? '');
  }
}

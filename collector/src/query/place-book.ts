// The places that rows speak of, each one object for as long as the book is kept, so that what is known of a place in one
// second is found by it and not by three texts.
import { seriesKey, SeriesKeys } from './series-key.js';
import type { PipelineDefinition, StageDefinition } from '@narrows/contract';

/** A service (stage ''), a stage (channel ''), or a channel of it; of these two `service` is ''. */
export interface Place { readonly stage: string; readonly channel: string; readonly service: string }
/** Who calls, under which address, and how. */
export interface Call { readonly service: string; readonly peer: string; readonly kind: string }

export class PlaceBook {
  readonly #places = new Map<string, Place>();
  readonly #allOf = new Map<string, readonly Place[]>();
  readonly #calls = new Map<string, Call>();
  readonly #keys = new SeriesKeys();
  readonly stages: ReadonlyMap<string, StageDefinition>;

  constructor(readonly pipeline: PipelineDefinition | null) {
    this.stages = new Map(pipeline?.stages.map((s) => [s.id, s]));
  }

  /** A stage, a channel of it, or (stage '') a service; none for a stage that the pipeline no longer has. */
  of(stage: string, channel: string, service: string): Place | undefined {
    if (stage !== '' && !this.stages.has(stage)) return undefined;
    const key = stage === '' ? this.#keys.of('', '', service) : this.#keys.of(stage, channel, '');
    let place = this.#places.get(key);
    if (place === undefined) this.#places.set(key, (place = stage === '' ? { stage, channel: '', service } : { stage, channel, service: '' }));
    return place;
  }

  /** All that one report counts for: its service, its stage and its channel. Asked for each row of each second. */
  allOf({ stage, channel, service }: Place): readonly Place[] {
    const key = this.#keys.of(service, stage, channel);
    const known = this.#allOf.get(key);
    if (known !== undefined) return known;
    const places = [this.of('', '', service)];
    if (stage !== '') places.push(this.of(stage, '', service));
    if (stage !== '' && channel !== '') places.push(this.of(stage, channel, service));
    const found = places.filter((p) => p !== undefined);
    this.#allOf.set(key, found);
    return found;
  }

  calls(): IterableIterator<Call> { return this.#calls.values(); }

  call({ service, peer, kind }: Call): Call {
    const key = seriesKey(service, peer, kind);
    let call = this.#calls.get(key);
    if (call === undefined) this.#calls.set(key, (call = { service, peer, kind }));
    return call;
  }
}

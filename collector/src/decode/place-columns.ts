// The columns that end every table: whose item it is and where in a pipeline it stands. The agency comes from the key; an
// attribute that claims another is just an attribute.
import { SLOT, type AttributeSlots, type ItemAttributes } from './attribute-slots.js';
import type { DictionaryColumn, FixedColumn, NativeBlock, StringColumn } from './native-block.js';
import { OVERFLOW_TEXT } from './key-budget.js';
import { BEYOND_BUDGET, type Place } from './pipeline-matcher.js';
import type { RequestContext } from './request-context.js';

export class PlaceColumns {
  private readonly agency: DictionaryColumn;
  private readonly pipeline: DictionaryColumn;
  private readonly stage: DictionaryColumn;
  private readonly channel: DictionaryColumn;
  private readonly instance: DictionaryColumn;
  private readonly receivedAt: FixedColumn;
  private readonly batchId: FixedColumn;
  private readonly service: DictionaryColumn;
  /** The place and the resource of the item before, and where their texts stand in the dictionaries. */
  private place: Place | null = null;
  private resourceVersion = -1;
  private generation = -1;
  private readonly known = new Map<Place, { pipeline: number; stage: number }>();
  private pipelineIndex = 0;
  private stageIndex = 0;
  private serviceIndex = 0;
  private resourceInstanceIndex = 0;
  private instanceIndex = 0;

  constructor(block: NativeBlock) {
    this.agency = block.column('Agency', 'LowCardinality(String)');
    this.pipeline = block.column('Pipeline', 'LowCardinality(String)');
    this.stage = block.column('Stage', 'LowCardinality(String)');
    this.channel = block.column('Channel', 'LowCardinality(String)');
    this.instance = block.column('Instance', 'LowCardinality(String)');
    this.receivedAt = block.column('ReceivedAt', 'DateTime64(3)');
    this.batchId = block.column('BatchId', 'UInt64');
    this.service = block.column('ServiceName', 'LowCardinality(String)');
  }

  /** Columns that depend on the item, for so many rows; for more than one only if the place names no channel. */
  pushRow(place: Place, attributes: ItemAttributes, rows = 1): void {
    const { resource } = attributes;
    if (resource.version !== this.resourceVersion) this.lookUpResource(resource);
    if (place !== this.place) this.lookUp(place);
    this.pipeline.indexes.pushRepeated(this.pipelineIndex, rows);
    this.stage.indexes.pushRepeated(this.stageIndex, rows);
    this.channel.indexes.pushRepeated(slotIndex(this.channel, attributes, place.channelSlot), rows);
    this.service.indexes.pushRepeated(this.serviceIndex, rows);
    this.instance.indexes.pushRepeated(this.instanceIndex, rows);
  }

  /** Nearly all items belong to the same resource as the one before. Of another request the resource is another too. */
  private lookUpResource(resource: AttributeSlots): void {
    const indexOf = ({ dictionary }: DictionaryColumn, slot: number): number => (resource.has(slot) ? dictionary.indexOf(resource.values.bytes, resource.start(slot), resource.end(slot)) : 0);
    this.resourceVersion = resource.version;
    this.serviceIndex = indexOf(this.service, SLOT.serviceName);
    this.resourceInstanceIndex = indexOf(this.instance, SLOT.instance);
    this.place = null;
  }

  /** The few places of a request are looked up once. */
  private lookUp(place: Place): void {
    const { generation } = this.pipeline.dictionary;
    if (this.generation !== generation) this.known.clear();
    this.generation = generation;
    let known = this.known.get(place);
    if (known === undefined) this.known.set(place, known = { pipeline: this.pipeline.dictionary.indexOf(place.pipeline), stage: this.stage.dictionary.indexOf(place.stage) });
    this.place = place;
    this.pipelineIndex = known.pipeline;
    this.stageIndex = known.stage;
    this.instanceIndex = place === BEYOND_BUDGET ? this.instance.dictionary.indexOf(OVERFLOW_TEXT) : this.resourceInstanceIndex;
  }

  /** Columns that are the same in all rows of a request, once these are known. */
  fill(rows: number, context: RequestContext): void {
    this.agency.indexes.pushRepeated(this.agency.dictionary.indexOf(context.agency), rows);
    this.receivedAt.data.pushUint64(context.receivedAtMs >>> 0, Math.floor(context.receivedAtMs / 0x1_0000_0000));
    this.receivedAt.data.repeatLast(8, rows - 1);
    this.batchId.data.pushUint64(Number(context.batchId & 0xffff_ffffn), Number(context.batchId >> 32n));
    this.batchId.data.repeatLast(8, rows - 1);
  }
}

/** The text of a slot into a dictionary column; the empty string where the item has none. */
export function pushSlotIndex(column: DictionaryColumn, attributes: ItemAttributes, slot: number): void { column.push(slotIndex(column, attributes, slot)); }

function slotIndex({ dictionary }: DictionaryColumn, attributes: ItemAttributes, slot: number): number {
  const found = slot < 0 ? null : attributes.find(slot);
  return found === null ? 0 : dictionary.indexOf(found.values.bytes, found.start(slot), found.end(slot));
}

/** The text of a slot into a string column. */
export function pushSlotText(column: StringColumn, attributes: ItemAttributes, slot: number): void {
  const found = slot < 0 ? null : attributes.find(slot);
  if (found === null) column.pushEmpty();
  else column.push(found.values.bytes, found.start(slot), found.end(slot));
}

// The columns that end every table: whose item it is and where in a pipeline it stands. The agency comes from the key; an
// attribute that claims another is just an attribute.
import { SLOT, type ItemAttributes } from './attribute-slots.js';
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

  /** Columns that depend on the item. */
  pushRow(place: Place, attributes: ItemAttributes): void {
    this.pipeline.push(place.pipeline.length === 0 ? 0 : this.pipeline.dictionary.indexOf(place.pipeline));
    this.stage.push(place.stage.length === 0 ? 0 : this.stage.dictionary.indexOf(place.stage));
    pushSlotIndex(this.channel, attributes, place.channelSlot);
    const { resource } = attributes;
    this.service.push(resource.has(SLOT.serviceName) ? this.service.dictionary.indexOf(resource.values.bytes, resource.start(SLOT.serviceName), resource.end(SLOT.serviceName)) : 0);
    if (place === BEYOND_BUDGET) this.instance.push(this.instance.dictionary.indexOf(OVERFLOW_TEXT));
    else this.instance.push(resource.has(SLOT.instance) ? this.instance.dictionary.indexOf(resource.values.bytes, resource.start(SLOT.instance), resource.end(SLOT.instance)) : 0);
  }

  /** Columns that are the same in all rows of a request, once these are known. */
  fill(rows: number, context: RequestContext): void {
    const agency = this.agency.dictionary.indexOf(context.agency);
    const receivedHi = Math.floor(context.receivedAtMs / 0x1_0000_0000);
    const batchLo = Number(context.batchId & 0xffff_ffffn);
    const batchHi = Number(context.batchId >> 32n);
    for (let row = 0; row < rows; row++) {
      this.agency.push(agency);
      this.receivedAt.data.pushUint64(context.receivedAtMs >>> 0, receivedHi);
      this.batchId.data.pushUint64(batchLo, batchHi);
    }
  }
}

/** The text of a slot into a dictionary column; the empty string where the item has none. */
export function pushSlotIndex(column: DictionaryColumn, attributes: ItemAttributes, slot: number): void {
  const found = slot < 0 ? null : attributes.find(slot);
  column.push(found === null ? 0 : column.dictionary.indexOf(found.values.bytes, found.start(slot), found.end(slot)));
}

/** The text of a slot into a string column. */
export function pushSlotText(column: StringColumn, attributes: ItemAttributes, slot: number): void {
  const found = slot < 0 ? null : attributes.find(slot);
  if (found === null) column.pushEmpty();
  else column.push(found.values.bytes, found.start(slot), found.end(slot));
}

// Attributes of a resource or scope, which every row below it repeats. They are read and cleaned once; each table's map
// column takes them over at the first row of that resource, and repeats its own bytes for all further ones.
import type { AttributeSlots } from './attribute-slots.js';
import type { AttributeWriter } from './attributes.js';
import { MapColumn } from './native-block.js';
import { LIMITS } from '@narrows/contract';

export class SharedAttributes {
  readonly map = new MapColumn();
  /** Changes with each resource, so that a column knows whether it has these already. */
  generation = 0;
  /** Attributes beyond LIMITS.attributesPerItemMax. */
  dropped = 0;

  clear(slots: AttributeSlots | null): void {
    this.map.clear();
    slots?.forgetKeys();
    this.begin(slots);
  }

  /** Begin the next resource. The dictionary of keys stays: resources of one request mostly have the same. */
  begin(slots: AttributeSlots | null): void {
    this.generation++;
    this.dropped = 0;
    this.map.offsets.clear();
    this.map.keys.indexes.clear();
    this.map.values.clear();
    slots?.nextItem();
  }

  add(writer: AttributeWriter, slots: AttributeSlots | null, start: number, end: number): void {
    if (this.map.values.rows >= LIMITS.attributesPerItemMax) {
      this.dropped++;
      writer.checkKeyValue(start, end);
      return;
    }
    writer.writeKeyValue(this.map, slots, start, end);
  }
}

/** A table's map column that holds shared attributes. Rows of one resource are counted, and written together. */
export class RepeatedMap {
  private generation = -1;
  private keyCount = 0;
  private valuesStart = 0;
  private repeats = 0;

  constructor(private readonly column: MapColumn) {}

  /** The column has been emptied. */
  clear(): void {
    this.generation = -1;
    this.repeats = 0;
  }

  /** Append so many rows. */
  pushRow(shared: SharedAttributes, rows = 1): void {
    if (this.generation === shared.generation) { this.repeats += rows; return; }
    this.endRows();
    this.takeOver(shared);
    this.column.endRow();
    this.repeats = rows - 1;
  }

  /** Write the rows that were only counted: to be called before the column is finished. */
  endRows(): void {
    if (this.repeats > 0) this.column.repeatLast(this.keyCount, this.valuesStart, this.repeats);
    this.repeats = 0;
  }

  private takeOver(shared: SharedAttributes): void {
    const { keys, values } = this.column;
    const { indexes } = shared.map.keys;
    this.generation = shared.generation;
    this.keyCount = indexes.length;
    this.valuesStart = values.data.length;
    for (let i = 0; i < indexes.length; i++) keys.indexes.push(keys.indexAsIn(shared.map.keys, indexes.values[i]!));
    values.data.pushBytes(shared.map.values.data.bytes, 0, shared.map.values.data.length);
    values.rows += indexes.length;
  }
}

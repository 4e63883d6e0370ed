// Peer and PeerKind of a span: whom an outgoing call went to. The name is peer.service, else the address and port, else the
// database system; a call that says none of them goes nowhere we could draw.
import { SLOT, type ItemAttributes } from './attribute-slots.js';
import { ByteBuffer, encodeText } from './byte-buffer.js';
import type { DictionaryColumn, NativeBlock } from './native-block.js';

const KIND_TEXTS = [encodeText('http'), encodeText('sql'), encodeText('other')];
const HTTP = 0;
const SQL = 1;
const OTHER = 2;
const COLON = 58;

export class PeerColumns {
  private readonly peers: DictionaryColumn;
  private readonly kinds: DictionaryColumn;
  private readonly kindIndexes = new Int32Array(KIND_TEXTS.length);
  private generation = -1;
  private readonly address = new ByteBuffer(256);

  constructor(block: NativeBlock) {
    this.peers = block.column('Peer', 'LowCardinality(String)');
    this.kinds = block.column('PeerKind', 'LowCardinality(String)');
  }

  pushRow(outgoing: boolean, { item }: ItemAttributes): void {
    const peer = outgoing ? this.peerIndex(item) : 0;
    this.peers.push(peer);
    if (peer === 0) { this.kinds.push(0); return; }
    const { dictionary } = this.kinds;
    if (this.generation !== dictionary.generation) this.kindIndexes.fill(-1);
    this.generation = dictionary.generation;
    const kind = item.has(SLOT.dbSystem) ? SQL : item.has(SLOT.method) ? HTTP : OTHER;
    if (this.kindIndexes[kind]! < 0) this.kindIndexes[kind] = dictionary.indexOf(KIND_TEXTS[kind]!);
    this.kinds.push(this.kindIndexes[kind]!);
  }

  private peerIndex(item: ItemAttributes['item']): number {
    const { dictionary } = this.peers;
    const text = (slot: number): number => dictionary.indexOf(item.values.bytes, item.start(slot), item.end(slot));
    if (item.has(SLOT.peerService)) return text(SLOT.peerService);
    if (!item.has(SLOT.serverAddress)) return item.has(SLOT.dbSystem) ? text(SLOT.dbSystem) : 0;
    if (!item.has(SLOT.serverPort)) return text(SLOT.serverAddress);
    const { address } = this;
    address.length = 0;
    address.pushBytes(item.values.bytes, item.start(SLOT.serverAddress), item.end(SLOT.serverAddress));
    address.pushByte(COLON);
    address.pushBytes(item.values.bytes, item.start(SLOT.serverPort), item.end(SLOT.serverPort));
    return dictionary.indexOf(address.bytes, 0, address.length);
  }
}

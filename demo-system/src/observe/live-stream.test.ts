import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { EventReader } from './live-stream.js';

const STREAM = ': hello\n\nevent: tick\nid: 1\ndata: {"a":1}\n\ndata: one\ndata: two\n\nevent: tick\ndata:x:y\n\nevent: lost\n\n';
const EVENTS = [['tick', '{"a":1}'], ['message', 'one\ntwo'], ['tick', 'x:y']];

test('events come out whole however the stream is cut into pieces', () => {
  assert(property(array(integer({ min: 1, max: 9 })), (sizes) => {
    const events: string[][] = [];
    const reader = new EventReader((event, data) => events.push([event, data]));
    let at = 0;
    for (const size of sizes) { reader.push(STREAM.slice(at, at + size)); at += size; }
    reader.push(STREAM.slice(at));
    expect(events).toEqual(EVENTS);
  }));
});

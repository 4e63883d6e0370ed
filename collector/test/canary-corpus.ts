// Personal numbers that are made up, in every spelling, placed in every field of every signal: the corpus of the canary test. Each
// number knows which part of it must never be found again, and every way in which that part might be written.
export interface Canary { kind: string; number: string; /** The part that no mask leaves standing. */ secret: string }

export const CANARIES: readonly Canary[] = [
  { kind: 'resident', number: '830719-1847263', secret: '1847263' },
  { kind: 'foreigner', number: '790425-6284917', secret: '6284917' },
  { kind: 'card', number: '4539-5787-6362-1486', secret: '5787-6362' },
  { kind: 'driver licence', number: '13-07-485926-37', secret: '485926' },
  { kind: 'new passport', number: 'M739K5182', secret: '739K5182' },
  { kind: 'old passport', number: 'S84629173', secret: '84629173' },
  { kind: 'mobile phone', number: '010-8362-5947', secret: '8362-5947' },
  { kind: 'phone from abroad', number: '+82-10-7493-2856', secret: '7493-2856' },
  { kind: 'land line', number: '031-829-4756', secret: '829-4756' },
];

const hex = (code: number): string => code.toString(16).padStart(2, '0');
const each = (spell: (code: number, sign: string) => string) => (text: string): string => text.replace(/./g, (sign) => spell(sign.charCodeAt(0), sign));
const gap = (between: string) => (text: string): string => text.replaceAll('-', between);
const wide = each((code) => String.fromCharCode(code + 0xfee0));

/** Each turns a text into another spelling of it, sign by sign. */
export const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => text, wide, (text) => encodeURIComponent(wide(text)),
  each((code) => `%${hex(code)}`), each((code) => `%25${hex(code)}`), each((code) => `\\u00${hex(code)}`), each((code) => `\\x${hex(code)}`), each((code) => `&#${code};`), each((code) => `&#x${hex(code)};`),
  ...[' ', '.', '/', '_', '·', '\u00a0', '–', '\u200b-', '%2D', '%20', '%252D', '%E2%80%93', '\\u002d', '\\n', '\\/', '&ndash;', '\t', '\n'].map(gap),
];

/** All numbers in all spellings, parted by bars. */
export const CORPUS_TEXT = CANARIES.flatMap(({ number }) => SPELLINGS.map((spell) => spell(number))).join(' | ');
/** What an integer or a double can carry: no separators, no leading zeros. */
const BARE_NUMBER = 8_307_191_847_263;

const text = { stringValue: CORPUS_TEXT };
/** Every type of value, and a key. */
const values: readonly object[] = [
  { key: CORPUS_TEXT, value: text },
  { key: 'list', value: { arrayValue: { values: [text, { arrayValue: { values: [text] } }, { bytesValue: Buffer.from(CORPUS_TEXT).toString('base64') }, { intValue: String(BARE_NUMBER) }] } } },
  { key: 'map', value: { kvlistValue: { values: [{ key: CORPUS_TEXT, value: text }, { key: 'inner', value: { kvlistValue: { values: [{ key: 'a', value: text }] } } }] } } },
  { key: 'bytes', value: { bytesValue: Buffer.from(CORPUS_TEXT).toString('base64') } },
  { key: 'rotten bytes', value: { bytesValue: Buffer.from([0xff, ...Buffer.from(' 8307191847263 '), 0]).toString('base64') } },
  { key: 'integer', value: { intValue: String(BARE_NUMBER) } },
  { key: 'double', value: { doubleValue: BARE_NUMBER } },
  { key: 'a long text, where the cut goes through a number', value: { stringValue: `${'x'.repeat(32 * 1024 - 9)} 830719-1847263` } },
];
/** And every attribute that becomes a column of its own. */
const attributes: readonly object[] = [...values, ...['url.full', 'db.query.text', 'exception.stacktrace', 'enduser.pseudo.id', 'session.id', 'client.address', 'peer.service', 'server.address',
  'db.system.name', 'booking.outcome', 'identity.channel', 'http.route', 'timestamp'].map((key) => ({ key, value: text }))];
const resource = { attributes: [...values, { key: 'service.name', value: text }, { key: 'service.instance.id', value: text }] };
const scope = { name: CORPUS_TEXT, version: CORPUS_TEXT, attributes: values };
const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** One request a signal, as OTLP/JSON; times are of `nowMs`. */
export function corpusRequests(nowMs: number): { traces: object; logs: object; metrics: object } {
  const timeUnixNano = `${nowMs}000000`;
  const link = { ...ids, traceState: `a=${CORPUS_TEXT}`, attributes: values };
  const span = {
    ...ids, name: CORPUS_TEXT, kind: 2, traceState: `a=${CORPUS_TEXT}`, startTimeUnixNano: timeUnixNano, endTimeUnixNano: timeUnixNano, attributes,
    status: { code: 2, message: CORPUS_TEXT }, events: [{ timeUnixNano, name: CORPUS_TEXT, attributes: values }], links: [link],
  };
  const bodies = [text, ...values.map((attribute) => (attribute as { value: object }).value)];
  const record = (body: object, index: number) => ({ timeUnixNano, body, severityText: CORPUS_TEXT, eventName: CORPUS_TEXT, attributes: index === 0 ? attributes : [], ...ids });
  const exemplars = [{ timeUnixNano, asDouble: 1, filteredAttributes: values }];
  const point = { timeUnixNano, attributes: values };
  const histogram = { ...point, count: '1', sum: 1, exemplars };
  const metric = (data: object) => ({ name: CORPUS_TEXT, description: CORPUS_TEXT, unit: CORPUS_TEXT, metadata: values, ...data });
  const schemaUrl = `https://opentelemetry.io/${CORPUS_TEXT}`;
  return {
    traces: { resourceSpans: [{ resource, schemaUrl, scopeSpans: [{ scope, schemaUrl, spans: [span, { ...span, spanId: 'b7ad6b7169203332', kind: 3 }] }] }] },
    logs: { resourceLogs: [{ resource, schemaUrl, scopeLogs: [{ scope, schemaUrl, logRecords: bodies.map(record) }] }] },
    metrics: {
      resourceMetrics: [{
        resource, schemaUrl,
        scopeMetrics: [{
          scope, schemaUrl,
          metrics: [
            metric({ gauge: { dataPoints: [{ ...point, asDouble: 1, exemplars }] } }), metric({ sum: { aggregationTemporality: 1, isMonotonic: true, dataPoints: [{ ...point, asInt: '1', exemplars }] } }),
            metric({ histogram: { aggregationTemporality: 1, dataPoints: [{ ...histogram, bucketCounts: ['1'], explicitBounds: [] }] } }),
            metric({ exponentialHistogram: { aggregationTemporality: 1, dataPoints: [{ ...histogram, scale: 0, zeroCount: '1', positive: { offset: 0, bucketCounts: [] }, negative: { offset: 0, bucketCounts: [] } }] } }),
            metric({ summary: { dataPoints: [{ ...point, count: '1', sum: 1, quantileValues: [] }] } }),
          ],
        }],
      }],
    },
  };
}

/** The secrets in every spelling, plain, as hex, and as base64 at each of the three places in a group. */
export function needles(): { kind: string; needle: Buffer }[] {
  return CANARIES.flatMap(({ kind, secret }) => [...new Set([secret.replaceAll('-', ''), ...SPELLINGS.map((spell) => spell(secret))])].flatMap((spelled) => {
    const bytes = Buffer.from(spelled);
    const base64 = [0, 1, 2].map((before) => Buffer.concat([Buffer.alloc(before), bytes]).toString('base64').slice(before === 0 ? 0 : 4, -4));
    return [bytes, ...[bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64].map((needle) => Buffer.from(needle))].map((needle) => ({ kind: `${kind} as ${spelled}`, needle }));
  })).filter(({ needle }) => needle.length >= 6);
}

// The OpenTelemetry SDK for Node, set up by nothing but the standard variables, sends a known number of each signal.
import { metrics, trace, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';

const items = Number(process.argv[2]);
const sdk = new NodeSDK();
sdk.start();
const tracer = trace.getTracer('clients', '1.0.0');
const meter = metrics.getMeter('clients', '1.0.0');
const logger = logs.getLogger('clients', '1.0.0');
const counter = meter.createCounter('client.items');
const sizes = meter.createHistogram('client.size');

for (let item = 0; item < items; item++) {
  const span = tracer.startSpan('item', { root: true, kind: SpanKind.SERVER, attributes: { item } });
  span.addEvent('sent', { 'event.item': item });
  if (item % 10 === 0) span.setStatus({ code: SpanStatusCode.ERROR, message: 'every tenth' });
  span.end();
  counter.add(1, { channel: item % 2 === 0 ? 'even' : 'odd' });
  sizes.record(item);
  logger.emit({ body: `record ${item}`, severityNumber: SeverityNumber.INFO, severityText: 'INFO', attributes: { item } });
}
await sdk.shutdown();

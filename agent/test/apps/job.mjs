// A script that does one thing and ends by itself.
import { SpanKind, trace } from '@opentelemetry/api';

const span = trace.getTracer('job').startSpan('nightly', { kind: SpanKind.INTERNAL });
await new Promise((resolve) => { setTimeout(resolve, 1_200); });
span.end();
process.stdout.write('\njob done\n');

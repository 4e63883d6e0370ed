# The OpenTelemetry SDK for Python, set up by nothing but the standard variables, sends a known number of each signal.
import os
import sys

from opentelemetry import metrics, trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

if os.environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
else:
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

items = int(sys.argv[1])
tracers = TracerProvider()
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
meters = MeterProvider(metric_readers=[PeriodicExportingMetricReader(OTLPMetricExporter())])
loggers = LoggerProvider()
loggers.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
tracer = tracers.get_tracer("clients", "1.0.0")
meter = meters.get_meter("clients", "1.0.0")
logger = loggers.get_logger("clients", "1.0.0")
counter = meter.create_counter("client.items")
sizes = meter.create_histogram("client.size")

for item in range(items):
    span = tracer.start_span("item", kind=SpanKind.SERVER, attributes={"item": item})
    span.add_event("sent", {"event.item": item})
    if item % 10 == 0:
        span.set_status(Status(StatusCode.ERROR, "every tenth"))
    span.end()
    counter.add(1, {"channel": "even" if item % 2 == 0 else "odd"})
    sizes.record(item)
    logger.emit(LogRecord(body=f"record {item}", severity_number=SeverityNumber.INFO, severity_text="INFO", attributes={"item": item}))

for provider in (tracers, meters, loggers):
    provider.shutdown()

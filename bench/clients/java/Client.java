// The OpenTelemetry SDK for Java, set up by nothing but the standard variables, sends a known number of each signal.
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;

public class Client {
  private static final AttributeKey<Long> ITEM = AttributeKey.longKey("item");

  public static void main(String[] arguments) {
    int items = Integer.parseInt(arguments[0]);
    try (OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk()) {
      var tracer = sdk.getTracer("clients", "1.0.0");
      var meter = sdk.getMeter("clients");
      var logger = sdk.getLogsBridge().get("clients");
      var counter = meter.counterBuilder("client.items").build();
      var sizes = meter.histogramBuilder("client.size").build();
      for (int item = 0; item < items; item++) {
        Span span = tracer.spanBuilder("item").setNoParent().setSpanKind(SpanKind.SERVER).setAttribute(ITEM, (long) item).startSpan();
        span.addEvent("sent", Attributes.of(AttributeKey.longKey("event.item"), (long) item));
        if (item % 10 == 0) span.setStatus(StatusCode.ERROR, "every tenth");
        span.end();
        counter.add(1, Attributes.of(AttributeKey.stringKey("channel"), item % 2 == 0 ? "even" : "odd"));
        sizes.record(item);
        logger.logRecordBuilder().setBody("record " + item).setSeverity(Severity.INFO).setSeverityText("INFO").setAttribute(ITEM, (long) item).emit();
      }
    }
  }
}

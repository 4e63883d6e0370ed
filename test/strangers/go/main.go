// A stranger's application: three routes behind otelhttp, and people who use it. Go has no agent, so that the exporter is made here, from
// the standard variables; it knows nothing else of who watches it.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace"
)

func main() {
	exporter, err := otlptracehttp.New(context.Background())
	if err != nil {
		panic(err)
	}
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithBatcher(exporter, trace.WithBatchTimeout(time.Second))))

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	steps := []string{"/enter", "/verify", "/reservations"}
	mux := http.NewServeMux()
	for _, step := range steps {
		mux.HandleFunc(step, func(response http.ResponseWriter, _ *http.Request) { fmt.Fprint(response, "ok") })
	}
	go func() { panic(http.Serve(listener, otelhttp.NewHandler(mux, "stranger"))) }()

	for {
		for _, step := range steps {
			if answer, err := http.Get("http://" + listener.Addr().String() + step); err == nil {
				io.Copy(io.Discard, answer.Body)
				answer.Body.Close()
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// What is copied into a terminal or a file so that something is watched, already filled in with address and key. The lines for
// Node, Python, Java and Go are run as they stand by `test/onboarding.test.ts`, each with the stock client of its language beside the
// application; the others are what the stock agents' own documentation asks for. What is needed once stands in a comment above.
export const WATCHED = ['node', 'java', 'python', 'go', 'dotnet', 'php', 'ruby', 'collector', 'relay', 'hosts'] as const;
export type Watched = (typeof WATCHED)[number];

export interface SnippetInput { endpoint: string; key: string; service: string }

const standard = ({ endpoint, key, service }: SnippetInput): string => [
  `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`, `export OTEL_EXPORTER_OTLP_HEADERS=x-narrows-key=${key}`, 'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf', `export OTEL_SERVICE_NAME=${service}`,
].join('\n');

/** Lines for a shell, or a file where the thing is configured by one. */
export function snippetOf(what: Watched, input: SnippetInput): string {
  const { endpoint, key, service } = input;
  switch (what) {
    case 'node': return `export NARROWS_KEY=${key} OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} OTEL_SERVICE_NAME=${service}\nnode --import @narrows/agent/register app.js`;
    case 'java': return `# once: fetch opentelemetry-javaagent.jar (Maven: io.opentelemetry.javaagent:opentelemetry-javaagent)\n${standard(input)}\njava -javaagent:opentelemetry-javaagent.jar -jar app.jar`;
    case 'python': return `# once: pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http && opentelemetry-bootstrap -a install\n${standard(input)}\nopentelemetry-instrument python app.py`;
    case 'go': return `# once: otelhttp around the handler and an otlptracehttp exporter, which read these variables\n${standard(input)}\ngo run .`;
    case 'dotnet': return `${standard(input)}\n. $HOME/.otel-dotnet-auto/instrument.sh && dotnet app.dll`;
    case 'php': return `${standard(input)}\nexport OTEL_PHP_AUTOLOAD_ENABLED=true\nphp app.php`;
    case 'ruby': return `${standard(input)}\nruby -r opentelemetry/sdk -e 'OpenTelemetry::SDK.configure(&:use_all); load "app.rb"'`;
    case 'collector': return `exporters:\n  otlphttp/narrows:\n    endpoint: ${endpoint}\n    headers: { x-narrows-key: ${key} }\nservice:\n  pipelines:\n    traces: { receivers: [otlp], exporters: [otlphttp/narrows] }\n    metrics: { receivers: [otlp], exporters: [otlphttp/narrows] }\n    logs: { receivers: [otlp], exporters: [otlphttp/narrows] }`;
    case 'relay': return `export NARROWS_RELAY_KEY=${key}\nnpx narrows relay --upstream ${endpoint}`;
    case 'hosts': return `receivers:\n  hostmetrics: { collection_interval: 10s, scrapers: { cpu: {}, memory: {}, disk: {}, filesystem: {}, network: {}, load: {} } }\nexporters:\n  otlphttp/narrows:\n    endpoint: ${endpoint}\n    headers: { x-narrows-key: ${key} }\nservice:\n  pipelines:\n    metrics: { receivers: [hostmetrics], exporters: [otlphttp/narrows] }`;
  }
}

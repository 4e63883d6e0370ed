// What is copied into a terminal or a file so that something is watched, already filled in with address and key. The lines for
// Node, Python, Java and Go are run as they stand by `test/onboarding.test.ts`, each with the stock client of its language beside the
// application; the others are what the stock agents' own documentation asks for. What is needed once stands in a comment above.
export const WATCHED = ['node', 'java', 'python', 'go', 'dotnet', 'php', 'ruby', 'collector', 'relay', 'hosts'] as const;
export type Watched = (typeof WATCHED)[number];

export interface SnippetInput { endpoint: string; key: string; service: string }

const standard = ({ endpoint, key, service }: SnippetInput): string => [
  `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`, `export OTEL_EXPORTER_OTLP_HEADERS=x-narrows-key=${key}`, 'export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf', `export OTEL_SERVICE_NAME=${service}`,
].join('\n');

/** Where lines go: a terminal beside the application, the configuration of a Collector, or a terminal in a closed network. */
export function placeOf(what: Watched): 'application' | 'file' | 'relay' {
  if (what === 'relay') return 'relay';
  return what === 'collector' || what === 'hosts' ? 'file' : 'application';
}

/** Lines for a shell, or for the file of an OpenTelemetry Collector. */
export function snippetOf(what: Watched, input: SnippetInput): string {
  const { endpoint, key, service } = input;
  switch (what) {
    case 'node': return `# once, in a checkout of Narrows: npm run build && npm pack -w contract -w agent\n# and beside the application: npm install narrows-*.tgz, by their paths\nexport NARROWS_KEY=${key} OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} OTEL_SERVICE_NAME=${service}\nnode --import @narrows/agent/register app.js`;
    case 'java': return `# once: mvn dependency:copy -Dartifact=io.opentelemetry.javaagent:opentelemetry-javaagent:LATEST -DoutputDirectory=. -Dmdep.stripVersion=true\n${standard(input)}\njava -javaagent:opentelemetry-javaagent.jar -jar app.jar`;
    case 'python': return `# once: pip install opentelemetry-distro opentelemetry-exporter-otlp-proto-http && opentelemetry-bootstrap -a install\n${standard(input)}\nopentelemetry-instrument python app.py`;
    case 'go': return `# once: otelhttp around the handler and an otlptracehttp exporter, which read these variables\n${standard(input)}\ngo run .`;
    case 'dotnet': return `# once: sh otel-dotnet-auto-install.sh, which comes with each release of OpenTelemetry .NET Automatic Instrumentation\n${standard(input)}\n. $HOME/.otel-dotnet-auto/instrument.sh && dotnet app.dll`;
    case 'php': return `# once: pecl install opentelemetry, and extension=opentelemetry in php.ini; beside the application:\n#   composer require open-telemetry/sdk open-telemetry/exporter-otlp php-http/guzzle7-adapter open-telemetry/opentelemetry-auto-FRAMEWORK\n# under php-fpm these variables go into its pool as env[NAME] = VALUE\n${standard(input)}\nexport OTEL_PHP_AUTOLOAD_ENABLED=true\nphp app.php`;
    case 'ruby': return `# once: gem install opentelemetry-auto-instrumentation\n# Rails loads its gems by itself; without Rails also: export OTEL_RUBY_REQUIRE_BUNDLER=true\n${standard(input)}\nexport RUBYOPT="-r opentelemetry-auto-instrumentation"\nruby app.rb`;
    case 'collector': return `${BESIDE}${exporter(input)}service:\n  pipelines:\n    traces/narrows: { receivers: [otlp], exporters: [otlphttp/narrows] }\n    metrics/narrows: { receivers: [otlp], exporters: [otlphttp/narrows] }\n    logs/narrows: { receivers: [otlp], exporters: [otlphttp/narrows] }`;
    case 'relay': return `export NARROWS_RELAY_KEY=${key}\nnpx narrows relay --host 0.0.0.0 --upstream ${endpoint}\n# it prints the key that applications inside send with, to port 4318 of this machine`;
    case 'hosts': return `# narrows.yaml: otelcol-contrib --config=narrows.yaml, besides --config=config.yaml where a Collector runs already\nreceivers:\n  hostmetrics: { collection_interval: 10s, scrapers: { cpu: {}, memory: {}, disk: {}, filesystem: {}, network: {}, load: {} } }\nprocessors:\n  resourcedetection: { detectors: [env, system] }\n${exporter(input)}service:\n  pipelines:\n    metrics/hosts: { receivers: [hostmetrics], processors: [resourcedetection], exporters: [otlphttp/narrows] }`;
  }
}

/** Pipelines of their own names: what the Collector does already goes on as it was. */
const BESIDE = '# narrows.yaml: otelcol --config=config.yaml --config=narrows.yaml\n';
/** By its older name, which newer Collectors know too (as `otlp_http`). */
const exporter = ({ endpoint, key }: SnippetInput): string => `exporters:\n  otlphttp/narrows:\n    endpoint: ${endpoint}\n    headers: { x-narrows-key: ${key} }\n`;

// Who sends the load: the services of a reservation system, in five languages, each with the resource and the scope that
// OpenTelemetry's own SDKs send.

const SERVICES = [
  { name: 'waiting-room', language: 'go', version: '1.44.0' }, { name: 'reservation-web', language: 'nodejs', version: '4.18.2' },
  { name: 'eligibility-api', language: 'java', version: '2026.7.1' }, { name: 'identity-service', language: 'go', version: '0.31.7' },
  { name: 'booking-service', language: 'java', version: '2026.6.4' }, { name: 'clinic-inventory', language: 'python', version: '3.2.11' },
  { name: 'registry-adapter', language: 'dotnet', version: '9.3.5' }, { name: 'notification-worker', language: 'nodejs', version: '1.9.0' },
];

export const serviceAt = (index) => SERVICES[index % SERVICES.length];
export const hostOf = (service) => `${service.name}.prod.svc.cluster.local`;

/** Field 1 of ResourceSpans, ResourceMetrics and ResourceLogs: twelve attributes. */
export function writeResource(writer, random, service) {
  writer.message(1, () => writer.attributes(1, {
    'service.name': service.name, 'service.version': service.version, 'service.namespace': 'reservation', 'service.instance.id': random.hex(32),
    'deployment.environment.name': 'production', 'host.name': `ip-10-0-${random.below(256)}-${random.below(256)}`,
    'k8s.pod.name': `${service.name}-${random.hex(10)}-${random.hex(5)}`, 'k8s.namespace.name': 'reservation', 'process.pid': 1 + random.below(30_000),
    'telemetry.sdk.name': 'opentelemetry', 'telemetry.sdk.language': service.language, 'telemetry.sdk.version': '1.52.0',
  }));
}

/** Field 1 of ScopeSpans, ScopeMetrics and ScopeLogs. */
export function writeScope(writer, service) {
  writer.message(1, () => {
    writer.text(1, `io.opentelemetry.${service.language}.instrumentation`);
    writer.text(2, '2.18.1-alpha');
  });
}

export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.37.0';

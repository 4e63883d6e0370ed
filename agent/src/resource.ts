// Who is speaking: the resource that goes out with every signal. A light hand-picked set instead of the SDK's detectors,
// whose process detector sends the command line with whatever secret stands on it. OTEL_RESOURCE_ATTRIBUTES and
// OTEL_SERVICE_NAME win over everything here.
import { arch, hostname, type as osType } from 'node:os';
import { defaultResource, detectResources, envDetector, resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import {
  ATTR_HOST_ARCH, ATTR_HOST_NAME, ATTR_OS_TYPE, ATTR_PROCESS_PID, ATTR_PROCESS_RUNTIME_NAME, ATTR_PROCESS_RUNTIME_VERSION, ATTR_SERVICE_INSTANCE_ID,
  ATTR_TELEMETRY_DISTRO_NAME, ATTR_TELEMETRY_DISTRO_VERSION,
} from '@opentelemetry/semantic-conventions/incubating';

export const DISTRO = { name: 'narrows', version: '0.1.0' } as const;

export function createResource(instanceId: string): Resource {
  const ours = resourceFromAttributes({
    [ATTR_SERVICE_INSTANCE_ID]: instanceId,
    [ATTR_PROCESS_PID]: process.pid,
    [ATTR_PROCESS_RUNTIME_NAME]: 'nodejs',
    [ATTR_PROCESS_RUNTIME_VERSION]: process.versions.node,
    [ATTR_HOST_NAME]: hostname(),
    [ATTR_HOST_ARCH]: arch(),
    [ATTR_OS_TYPE]: osType().toLowerCase(),
    [ATTR_TELEMETRY_DISTRO_NAME]: DISTRO.name,
    [ATTR_TELEMETRY_DISTRO_VERSION]: DISTRO.version,
  });
  return defaultResource().merge(ours).merge(detectResources({ detectors: [envDetector] }));
}

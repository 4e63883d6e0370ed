// The light of an incident: what goes on and is critical is stuck, what goes on else is busy, what is over is fine.
import type { Incident, Light } from '@narrows/contract';

export function incidentLight({ state, severity }: Pick<Incident, 'state' | 'severity'>): Light {
  if (state === 'resolved' || state === 'closed') return 'fine';
  return severity === 'critical' ? 'stuck' : 'busy';
}

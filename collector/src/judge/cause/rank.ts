// All kinds of evidence against all services, added up. Suspicions are ordered by the sum of their log-odds, and the sum
// is read as a probability against a prior that a window without any fault stays below.
import { conductEvidence } from './conduct-evidence.js';
import { cpuEvidence } from './cpu-evidence.js';
import type { CauseScene, EvidenceKind, Suspicion } from './evidence.js';
import { timeEvidence } from './time-evidence.js';

export const EVIDENCE: readonly EvidenceKind[] = [timeEvidence, conductEvidence, cpuEvidence];

/** Log-odds that some service is at fault in a window about which nothing is known. */
const PRIOR = -5.5;

export interface Suspect { service: string; logOdds: number; confidence: number; suspicions: (Suspicion & { evidence: string })[] }

/** Suspects, the most likely cause first. */
export function rankSuspects(scene: CauseScene, kinds: readonly EvidenceKind[] = EVIDENCE): Suspect[] {
  const suspects = new Map<string, Suspect>();
  for (const kind of kinds) for (const suspicion of kind.find(scene)) {
    if (!(suspicion.logOdds > 0)) continue;
    let suspect = suspects.get(suspicion.service);
    if (suspect === undefined) suspects.set(suspicion.service, (suspect = { service: suspicion.service, logOdds: PRIOR, confidence: 0, suspicions: [] }));
    suspect.suspicions.push({ ...suspicion, evidence: kind.name });
    suspect.logOdds += suspicion.logOdds;
  }
  for (const suspect of suspects.values()) {
    suspect.confidence = 1 / (1 + Math.exp(-suspect.logOdds));
    suspect.suspicions.sort((a, b) => b.logOdds - a.logOdds);
  }
  return [...suspects.values()].sort((a, b) => b.logOdds - a.logOdds || (a.service < b.service ? -1 : 1));
}

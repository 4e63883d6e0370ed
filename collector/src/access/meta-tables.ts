// The metadata database's tables as types, one block for each migration file in `migrations/`. Whoever adds a migration adds
// its tables to `MetaTables`. Moments are Unix ms; flags are 0 or 1, since SQLite has no booleans; JSON is text.
import type { Generated } from 'kysely';

export interface AgencyTable { id: string; name: string; timeZone: string; createdAtMs: number }
/** Ingestion keys and API tokens: the same life, different doors. */
export interface CredentialTable {
  id: Generated<number>;
  kind: 'ingest' | 'api';
  agency: string;
  name: string;
  hash: string;
  hint: string;
  createdAtMs: number;
  expiresAtMs: number | null;
  revokedAtMs: number | null;
  /** What a token may do; null for one made before there were roles: it reads. */
  role: string | null;
  /** Signals that an ingestion key may send, separated by commas; null: all. */
  signals: string | null;
  /** Which part of the agency it belongs to; null: all of it. */
  project: string | null;
}
export interface LoginLinkTable { hash: string; agency: string; user: string; expiresAtMs: number; usedAtMs: number | null }
export interface SessionTable {
  hash: string;
  agency: string;
  user: string;
  createdAtMs: number;
  lastSeenMs: number;
  /** Number of the account; null: whoever holds the collector's terminal came in by its link. */
  person: number | null;
  /** Provider of single sign-on that it came by. */
  provider: string | null;
  /** The one agency that it may look at; null: all of the person's. */
  boundTo: string | null;
}

/** What people said they did, and when; `subject` is JSON. */
export interface MarkerTable { id: Generated<number>; agency: string; atMs: number; kind: string; text: string; subject: string; by: string; createdAtMs: number }
export interface PersonTable {
  id: Generated<number>;
  login: string;
  name: string;
  /** Null: comes by single sign-on only. */
  passwordHash: string | null;
  codeSecret: string | null;
  /** The last half minute of which a code was used. */
  codeStep: number;
  failures: number;
  lockedUntilMs: number | null;
  /** Issuer and subject of single sign-on. */
  subject: string | null;
  createdAtMs: number;
}
/** `provider`: of single sign-on, which gave the role and may take it away; null: people gave it. */
export interface MembershipTable { person: number; agency: string; role: string; provider: string | null }
export interface SignOnAttemptTable { stateHash: string; browserHash: string; provider: string; nonce: string; codeVerifier: string; person: number | null; invitationHash: string | null; expiresAtMs: number }
export interface InvitationTable { hash: string; agency: string; role: string; invitedBy: string; expiresAtMs: number; usedAtMs: number | null }
export interface ProjectTable { agency: string; id: string; name: string }
export interface PipelineTable { agency: string; id: string; position: number; definition: string; updatedAtMs: number }
/** Null: as the collector's. `limits` is an AgencyLimits as JSON, `redact` as NARROWS_REDACT. */
export interface AgencySettingTable { agency: string; limits: string | null; retentionDays: number | null; redact: string | null; updatedAtMs: number }
export interface AuditEntryTable {
  agency: string;
  sequence: number;
  atMs: number;
  actor: string;
  role: string;
  origin: string;
  action: string;
  subject: string;
  detail: string;
  previous: string;
  hash: string;
}
export interface AuditStartTable { agency: string; sequence: number; previous: string; untilMs: number }

/** Rules, channels and quiet times: the thing itself is JSON as its schema in the contract says. */
export interface AlertDocumentTable { agency: string; id: string; json: string; updatedAtMs: number; updatedBy: string }
/** One document an agency and name: on-call times, the public page, what was set up by itself. */
export interface AlertSettingTable { agency: string; name: string; json: string }
/** How a rule stands at a place, so that a restart neither forgets nor repeats. */
export interface AlertStandingTable { agency: string; ruleId: string; place: string; state: string; incident: string | null }
export interface IncidentTable {
  agency: string; id: string;
  /** Counts up from 1 in each agency. */
  number: number;
  groupKey: string; state: string; severity: string; openedAtMs: number; resolvedAtMs: number | null; owner: string | null;
  json: string;
  /** As people wrote it; null: the draft. */
  postMortem: string | null;
  /** How often it was opened. */
  rounds: number;
}
export interface IncidentAlertTable { agency: string; incident: string; ruleId: string; place: string; firedAtMs: number; overAtMs: number | null; json: string }
export interface IncidentEntryTable { agency: string; id: string; incident: string; atMs: number; json: string }
/** The outbox. `id` is the idempotency key that the receiver sees. */
export interface DeliveryTable {
  agency: string; id: string; channel: string; incident: string; payload: string; state: 'waiting' | 'sent' | 'failed';
  attempts: number; nextAtMs: number; createdAtMs: number; sentAtMs: number | null; lastError: string | null;
}
export interface SenderTable { agency: string; kind: string; service: string; instance: string; firstMs: number; lastMs: number; gapMs: number }
/** What only one of several collectors does. */
export interface LeaseTable { name: string; holder: string; untilMs: number }

export interface MetaTables {
  agency: AgencyTable; credential: CredentialTable; loginLink: LoginLinkTable; session: SessionTable;
  person: PersonTable; membership: MembershipTable; invitation: InvitationTable; signOnAttempt: SignOnAttemptTable; project: ProjectTable;
  pipeline: PipelineTable; agencySetting: AgencySettingTable; auditEntry: AuditEntryTable; auditStart: AuditStartTable;
  marker: MarkerTable;
  alertRule: AlertDocumentTable; alertChannel: AlertDocumentTable; quietTime: AlertDocumentTable; alertSetting: AlertSettingTable; alertStanding: AlertStandingTable;
  incident: IncidentTable; incidentAlert: IncidentAlertTable; incidentEntry: IncidentEntryTable; delivery: DeliveryTable; sender: SenderTable; lease: LeaseTable;
}

// Words of login, onboarding and settings, English.
import type { setup as ko } from '../ko/setup.js';

export const setup: typeof ko = {
  login: {
    title: 'Log in', login: 'Login (e-mail)', password: 'Password', code: 'Code', codeHint: 'Only for accounts with an authenticator app.', submit: 'Log in',
    linkTitle: 'First time, or no account?', logout: 'Log out',
    by: (provider) => `Sign in with ${provider}`, orPassword: 'Or by an account of this system', orAccount: 'Or by a new account',
  },
  invitation: {
    title: (agency) => `You are invited to ${agency}`, body: (by, role, until) => `${by} invites you as ${role}. The link works until ${until}.`, accept: 'Make an account and enter', loading: 'the invitation',
    usedTitle: 'This invitation no longer works', usedBody: 'It was used already, or has expired. Ask whoever sent it for another.',
  },
  roles: { operator: 'Operator', responder: 'Responder', vendor: 'Vendor', 'agency-admin': 'Agency admin', 'platform-admin': 'Platform admin', auditor: 'Auditor' },
  roleDoes: {
    operator: 'Watches, and leaves markers.', responder: 'Also sees traces and logs; such reads are in the audit log.', vendor: 'Also sets up pipelines, alerts and keys.',
    'agency-admin': 'Also manages people and roles, personal data and the audit log.', 'platform-admin': 'Creates, deletes and enters every agency.', auditor: 'Sees figures and the audit log only.',
  },
  onboarding: {
    title: 'Onboard an agency', loading: 'onboarding',
    steps: { agency: 'Agency', key: 'Ingestion key', watch: 'What is watched', first: 'First data', pipeline: 'Pipeline', hand: 'Hand over' },
    agencyName: 'Name of the agency', agencyHint: 'As pages and reports show it.', createAgency: 'Create agency', current: (name, id) => `You are in: ${name} (in commands: ${id})`, useCurrent: 'Go on with this one', other: 'Create a new agency',
    createKey: 'Create ingestion key', keyOnce: 'This key is shown only now. It is filled in below.', keyHave: 'A key that exists already will do.', keyNone: 'A new key is filled in below.',
    service: 'Name of the service', watched: {
      node: 'Node.js (our agent)', java: 'Java', python: 'Python', go: 'Go', dotnet: '.NET', php: 'PHP', ruby: 'Ruby', collector: 'OpenTelemetry Collector', relay: 'Closed network (relay)', hosts: 'Hosts',
    },
    serviceHint: 'Letters, digits, dots, underscores and hyphens, at most 80.', endpoint: 'Address to send to', endpointWhy: 'As the application\'s machine reaches the collector. Behind a proxy, the proxy\'s.', endpointHint: 'It must start with http:// or https://.',
    copy: {
      application: 'Run this as it stands where the application runs.', file: 'Keep this as narrows.yaml and start the OpenTelemetry Collector with it besides its own configuration. What it does already goes on.',
      relay: 'Run this as it stands inside the closed network, on a machine that may go out.',
    },
    waiting: 'Waiting for the first data', waitingForSpan: 'Metrics or logs have come. Waiting for the first span', arrived: (service) => `The first data has come, from ${service}`, counted: (spans, points, logs) => `${spans} spans · ${points} points · ${logs} log records`,
    alsoFrom: 'Services that send', why: 'To check',
    propose: 'Propose a pipeline from this traffic', proposeAgain: 'Propose again', proposing: 'the proposal', nothingToPropose: 'There are too few transactions yet. Use the application a few times, then ask again.', edit: 'Use it as it is, or correct it: every change is tried on the data of the last 15 minutes.', save: 'Use this pipeline', saved: 'Saved. It holds for what comes in from now on.',
    alerts: 'See proposed alerts', hand: 'Checklist', checks: { key: 'There is an ingestion key', data: 'Data comes in', pipeline: 'There is a pipeline', people: 'An agency admin is invited', clock: 'Clocks agree' }, live: 'Go to Live', invite: 'Invite people',
  },
  reasons: {
    'nothing-arrived': 'Nothing has arrived yet. Check address and port, and that no firewall is in between.', 'no-key': 'Requests came without a key. Put it into the header x-narrows-key.',
    'wrong-key': 'Requests came with a key that is wrong, expired or revoked. Copy the key again.', 'wrong-signal': 'A kind of data came that this key may not send.', 'wrong-path': 'Requests came to a wrong path. Paths are /v1/traces, /v1/metrics and /v1/logs.',
    'wrong-port': 'The ports of gRPC and HTTP were mixed up: gRPC is 4317, HTTP is 4318.', refused: 'Requests were refused.', 'no-traces': 'Metrics or logs arrive, and no traces. Check that the exporter of traces is on.',
    'clock-off': 'The clock of a sender is off. Check NTP there.', 'store-behind': 'Received data waits for the store. Look at the collector\'s store.', silent: 'Data has stopped. Check the application and the network.',
    'no-pipeline': 'Data arrives, and there is no pipeline yet. One can be proposed below.', 'no-stage-matches': 'Data arrives and matches no stage. Check the matches of the pipeline.',
  },
  reasonMore: { requests: (count, at) => `${count} requests · last ${at}`, ahead: (service, off) => `${service}: ${off} ahead`, behind: (service, off) => `${service}: ${off} behind` },
  because: {
    stage: (stage, shape, spans) => `Stage ${stage}: ${shape} (${spans})`, order: (by) => `Order: where each stands on average in one journey, by ${by}`, channel: (stage, attribute, values) => `Channel of ${stage}: ${attribute} (${values})`,
    outcome: (attribute, values) => `Outcome: ${attribute} (${values})`, person: (attribute) => `Person: ${attribute}`, session: (attribute) => `Session: ${attribute}`, 'left-out': (shape, spans) => `Left out: ${shape} (${spans})`, trace: 'trace',
  },
  errors: {
    SIGN_ON_TAKEN: 'It is connected with another account already. Disconnect that one first.', SIGN_ON_UNAVAILABLE: 'The sign-in server does not answer. Try again in a while.',
    LOGIN_FAILED: 'Login, password and code do not fit together. After five wrong tries the account is locked for a while.', LOGIN_LOCKED: 'The account is locked after wrong tries. Try again later.', RATE_LIMITED: 'Too many requests. Try again in a moment.',
    FORBIDDEN: 'Your role may not do that. Ask the agency\'s administrator.', CSRF: 'This page is too old. Reload it and try again.', SESSION_REQUIRED: 'The session has ended. Log in again.', INVITATION_USED: 'This invitation was used already or has expired.', NOT_FOUND: 'It is not there. It may have been deleted.',
  },
  requests: {
    title: 'Requests about personal data', number: 'Number to look for', numberHint: 'Looks through everything that is stored. The number itself is kept nowhere.', search: 'Look', absent: 'It stands nowhere in what is stored.', present: (spans, logs, points) => `Found: ${spans} spans · ${logs} log records · ${points} points`,
    pseudonym: 'Pseudonym of a person', pseudonymHint: 'As the application sends it.', take: 'Download journeys', delete: 'Delete journeys', confirm: 'To delete, type the pseudonym once more', deleted: (spans, logs, left) => `${spans} spans and ${logs} log records are deleted. Rows left: ${left}`,
  },
  check: { title: 'Tried on the last 15 minutes', loading: 'the check', spans: (count) => count, unmatched: 'In no stage', mistakes: 'To mend', none: 'matches nothing', ok: 'Nothing to mend' },
  settings: {
    title: 'Settings', sections: { keys: 'Keys', people: 'People', pipelines: 'Pipelines', data: 'Data', agencies: 'Agencies', account: 'My account', audit: 'Audit log' }, loading: 'settings', forbidden: 'Your role does not open this page. Ask the agency\'s administrator.',
    name: 'Name', kind: 'Kind', created: 'Created', expires: 'Expires', revoked: 'revoked', never: 'never', role: 'Role', signals: 'Signals', all: 'all', actions: '', id: 'Id', zone: 'Time zone',
    ingest: 'Ingestion key', api: 'API token', days: 'Good for (days)', daysHint: 'Blank: until it is revoked.', create: 'Create', revoke: 'Revoke', rotate: 'Rotate', sureRemove: 'Really remove', sure: 'Really revoke', once: 'Shown only now. Keep it in a safe place.', noKeys: 'There are no keys yet.', revokedWithin: 'A revoked key is refused within 10 s. A rotated one is taken for 24 hours more.',
    invite: 'Create an invitation link', inviteLink: (until) => `Works once, until ${until}. Hand it to whom you invite.`, remove: 'Remove', noPeople: 'There are no accounts yet. Create an invitation link and hand it over.', locked: 'locked', withCode: 'with code', me: 'Account',
    retention: 'Kept for (days)', retentionHint: (days) => `Blank: as the collector does (${days} days). It may be shorter, not longer.`, redact: 'What is masked', redactAsCollector: 'As the collector says', redactOwn: 'Chosen here', redactHint: 'Resident and foreigner registration numbers are always masked.', kinds: { resident: 'Resident numbers', card: 'Card numbers', driver_licence: 'Driver licences', passport: 'Passports', phone: 'Phone numbers' }, save: 'Save', saved: 'Saved.', limits: 'What may be sent', limitsNone: 'As the collector says.',
    reports: 'Values masked or changed', reportsNone: 'None so far.',
    delete: 'Delete agency', deleteBody: 'Deletes all data, settings, keys and memberships, and leaves a certificate. It cannot be undone.', confirm: 'Id of the agency', reason: 'Reason', deleted: (agency) => `${agency} is deleted. Rows left: 0`, enter: 'Enter', certificate: 'Hash of the certificate',
    newAccount: 'Make an account', newAccountBody: 'You came in by the terminal\'s link. With an account you log in by password from now on.', password: 'Password', newPassword: 'New password', current: 'Password so far', passwordHint: 'At least 12 characters', changePassword: 'Change password', enrol: 'Add an authenticator app', enrolBody: 'Scan the picture with the app and type the six digits it shows.', code: 'Six digits', enrolled: 'A code is asked for at login.', unenrol: 'Turn codes off', yours: 'Your account',
    signOn: 'Single sign-on', connect: (provider) => `Connect ${provider}`, connectBody: 'Once connected you come into this account without its password too.', connected: 'This account is connected with single sign-on. Its password works too.', disconnect: 'Disconnect', signOnOnly: 'This account comes by single sign-on only. Password and codes are changed at the sign-in server.',
    at: 'When', actor: 'Who', action: 'What', subject: 'Whose', origin: 'From', detail: 'Detail', holds: (entries) => `The chain of ${entries} entries holds.`, broken: (at, what) => `The chain breaks at entry ${at}: ${what}`, what: { changed: 'changed', missing: 'missing', unchained: 'does not follow from the one before' }, export: 'Download', exportReason: 'Reason for the download', noEntries: 'No entries match.', findActor: 'Who', findAction: 'What',
    newPipeline: 'New pipeline', fromFile: 'From the configuration\'s file. Saving makes it the agency\'s own.', deletePipeline: 'Delete', noPipelines: 'There is no pipeline yet.',
  },
};

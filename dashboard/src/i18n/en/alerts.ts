// Words of alerts, incidents and the public page, English.
import type { alerts as ko } from '../ko/alerts.js';

export const alerts: typeof ko = {
  title: 'Alerts',
  sections: { rules: 'Rules', channels: 'Channels', quiet: 'Quiet times', 'on-call': 'On call', public: 'Public page' },
  sectionsLabel: 'Settings of alerts',
  save: 'Save', cancel: 'Cancel', remove: 'Delete', edit: 'Edit', add: 'Add', saved: 'Saved', mayNot: 'This account may only look.',
  severity: { critical: 'critical', warning: 'warning', info: 'info' },
  phase: { ok: 'fine', pending: 'pending', firing: 'firing' },
  rules: {
    none: 'There are no rules.', noneDo: 'Add one below, or take what is proposed.', add: 'Add a rule', proposals: 'Show proposed rules', proposalsTitle: 'Proposed rules', proposalsBody: 'Made for the stages of your pipelines. Their bounds can be changed once they are added.', noProposals: 'There is nothing more to propose. A new pipeline brings rules of its own.', addAll: (count) => (count === 1 ? 'Add it' : `Add all ${count}`), close: 'Close', wrong: 'Correct the marked fields and save again. Nothing was changed yet.', text: 'Add from YAML or JSON',
    textHint: 'One rule, a list, or a list under rules:. If one is wrong, none is saved.',
    name: 'Name', state: 'State', what: 'Condition', since: (at) => `since ${at}`, places: (count) => `${count} ${count === 1 ? 'place' : 'places'}`, off: 'off', turnOff: 'Turn off', turnOn: 'Turn on', sureRemove: 'Really delete', evaluated: (age) => `evaluated ${age} ago`, notEvaluated: 'not evaluated yet',
    severity: 'Severity', kind: 'Kind', where: 'Where', pipeline: 'Pipeline', stage: 'Stage', channel: 'Channel', service: 'Service', each: 'One alert for', eachNone: 'the whole', eachOf: { stage: 'each stage', channel: 'each channel', service: 'each service' }, any: 'any',
    measure: 'Measure', metricName: 'Name of the gauge or outcome', over: 'Over (s)', compare: 'Compare', above: 'above', below: 'below', bound: { above: (value) => `above ${value}`, below: (value) => `below ${value}` }, value: 'Value', clear: 'Well again at (blank: the value)',
    direction: 'Direction', rise: 'rise', fall: 'fall', either: 'either', percent: 'Change (%)', ago: 'Against so many s ago', least: 'Only from this value on', season: 'Season', day: 'day', week: 'week', deviations: 'Deviations',
    openings: 'Openings (comma-separated)', within: 'For so many minutes', confidence: 'Confidence (0–1)', of: 'Who', absenceOf: { service: 'service', agent: 'agent', relay: 'relay' }, senderName: 'Name (blank: any)', silent: 'Silent for (s)', good: 'Good requests', goodOf: { no_error: 'without error', satisfied: 'without error within 1.2 s' }, objective: 'Objective (0–1)',
    windows: 'Windows (long min / short min / factor)', for: 'Bad for (s)', keep: 'Well for (s)', notify: 'Channels', notifyNone: 'With none chosen, whoever is on call is told.',
    preview: 'Try on past data', previewing: 'Trying…', wouldHave: (times, hours) => `It would have fired ${times} ${times === 1 ? 'time' : 'times'} in the last ${hours}`, noSeries: 'Rules on verdicts and silence are not tried on the past.', noPlaces: 'No place of the past data fits this condition.', deliberate: (count) => `${count} deliberate waits are left alone.`,
    firedFrom: (from, to) => `${from} – ${to}`, ongoing: 'still', highest: (value) => `highest ${value}`, legendValue: 'value', legendBound: 'bound', chart: (place) => `${place}: value and bound`,
  },
  kinds: { threshold: 'Threshold', change: 'Rate of change', season: 'Against the season', opening: 'Against the last opening', verdict: 'Verdict', absence: 'Absence of data', burn_rate: 'Burn rate of an objective' },
  measures: { arrivals: 'Arrivals (1/s)', throughput: 'Throughput (1/s)', errors: 'Errors (1/s)', error_ratio: 'Error ratio (0–1)', p50: 'Response p50 (ms)', p95: 'Response p95 (ms)', p99: 'Response p99 (ms)', residence: 'Mean response (ms)', apdex: 'Apdex', in_flight: 'In flight', oldest: 'Oldest in flight (ms)', outcome_share: 'Share of an outcome (0–1)', metric: 'Gauge' },
  channels: {
    none: 'There is no channel: nobody is told.', add: 'Add a channel', kinds: { webhook: 'Webhook', email: 'E-mail', slack: 'Slack', kakao: 'Kakao message gateway', browser: 'Browser notification' },
    name: 'Name', kind: 'Kind', language: 'Language of messages', enabled: 'On', url: 'Address', secret: 'Signing secret (16 characters or more)', secretKept: 'Left blank, it stays as it is', to: 'To (comma-separated)', from: 'From', host: 'Mail server', port: 'Port', secure: 'Encryption', secureOf: { tls: 'TLS', starttls: 'STARTTLS', none: 'none' }, user: 'User', password: 'Password',
    senderKey: 'Sender key', templateCode: 'Template code', template: 'Template (#{title} #{body} #{link})', token: 'Access token', phones: 'Phone numbers (comma-separated)', browserHint: 'Open dashboards show a notification. Allow it in this browser.', allow: 'Allow in this browser', allowed: 'This browser shows notifications',
    test: 'Send a test', testing: 'Sending…', step: { settings: 'settings', address: 'address', connect: 'connection', tls: 'TLS', answer: 'answer', sent: 'sent' },
    counts: (sent, waiting, failed) => `sent ${sent} · waiting ${waiting} · failed ${failed}`, lastError: 'Last error', lastSent: (at) => `last sent ${at}`,
  },
  quiet: {
    none: 'There are no quiet times.', explain: 'Nobody is told during a quiet time. Incidents are recorded all the same.', add: 'Add a quiet time', name: 'Name', kind: 'Kind', kinds: { mute: 'mute', maintenance: 'maintenance' }, for: 'For', hours: (n) => `${n} h`, from: 'From', to: 'To',
    weekly: 'Every week', days: { mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun' }, at: 'At', match: 'What', all: 'everything', active: 'now', planned: 'planned or past', by: (who) => `by ${who}`,
  },
  onCall: {
    now: 'On call now', nobody: 'Nobody is on call now; the channels for other hours are told.', nobodyAll: 'Nobody is on call now; every channel that is on is told.', zone: 'Time zone', shifts: 'Shifts', who: 'Who', from: 'from', to: 'to', channels: 'Channels', addShift: 'Add a shift', otherwise: 'Channels at other hours', otherwiseNone: 'With none chosen, every channel that is on is told.', escalation: 'When nobody takes it', escalationBody: 'If an incident has no owner after this time, these channels are told as well.', after: 'After minutes', addStep: 'Add a step',
    noChannels: 'There is no channel: nobody is told. A rota needs one first.', toChannels: 'Add a channel', defaults: 'Who is told, by which channel, on which days and at which hours.',
  },
  incidents: {
    title: 'Incidents', none: 'No incidents', noneBody: 'Alerts that fire are gathered here.', toRules: 'Show the rules', open: (count) => `${count} ${count === 1 ? 'incident' : 'incidents'} going on`, allOver: 'Nothing is going on', state: { open: 'nobody has it', taken: 'in hand', resolved: 'resolved', closed: 'closed' },
    number: 'Number', when: 'Began', lasted: 'Lasted', owner: 'Owner', noOwner: 'nobody', alerts: (firing, all) => `alerts: ${all} (${firing} firing)`, quiet: (name) => `not told: ${name}`,
    cause: 'Cause as judged', confidence: (share) => `confidence ${share}`, evidence: 'Evidence', noCause: 'No verdict explains this incident yet.', timeline: 'Timeline', alertsTitle: 'Alerts', postMortem: 'Post-mortem', draft: 'A draft. Change it and save it to keep it.',
    take: 'Take it', release: 'Give it back', resolve: 'Resolve', reopen: 'Reopen', close: 'Close', report: 'Report', note: 'Note', addNote: 'Add a note', markdown: 'Markdown', print: 'Page to print', pdf: 'PDF', live: 'Live page of then', ongoing: 'going on', ongoingFor: (elapsed) => `going on for ${elapsed}`, back: 'All incidents',
    before: 'before', now: 'then',
  },
  public: {
    explain: 'The traffic light for citizens. What was measured goes out, nothing internal does.', enabled: 'Public', pipeline: 'Pipeline', agencyKo: 'Name of the agency (Korean)', agencyEn: 'Name of the agency (English)', stages: 'Stages shown (none chosen: all)', address: 'Address', open: 'Open', preview: 'What it shows now',
    override: 'Set by hand', overrideHint: 'Shown in place of the measurement. It ends by itself and is logged.', light: 'State', textKo: 'Text (Korean)', textEn: 'Text (English)', hours: 'For', start: 'Show it', stop: 'Back to the measurement', until: (at) => `set by hand until ${at}`,
    announcements: 'Announcements', addAnnouncement: 'Add an announcement', noPipeline: 'A pipeline is needed first.', hidden: 'not public',
  },
};

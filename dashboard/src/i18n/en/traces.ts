// Words of the list of traces, English.
import type { traces as ko } from '../ko/traces.js';

export const traces: typeof ko = {
  title: 'Traces',
  shown: (shown, total) => `${shown} of ${total} shown`,
  all: (total) => `${total} transactions`,
  held: 'Refreshing is held while you read further down',
  toTop: 'To the top',
  sort: { label: 'Sort', newest: 'Newest', slowest: 'Slowest' },
  errorsOnly: 'Errors only',
  copyLink: 'Copy link',
  csv: 'CSV',
  csvTitle: 'Save the rows shown as CSV',
  filters: 'Filters',
  facets: 'Split by',
  clearAll: 'Clear all',
  remove: (filter) => `Remove filter: ${filter}`,
  field: {
    service: 'Service', operation: 'Operation', stage: 'Stage', channel: 'Channel', outcome: 'Outcome', person: 'Person', traceId: 'Trace id',
    minDurationMs: 'At least', maxDurationMs: 'Below', duration: 'Duration', error: 'Error', pipeline: 'Pipeline',
  },
  placeholder: { operation: 'e.g. POST /verify/:channel', person: 'Pseudonymous id', traceId: '32 hex digits', minDuration: 'e.g. 1.5s', maxDuration: 'e.g. 10s' },
  badDuration: 'Not a duration. Try 300ms, 1.5s, 2min.',
  badTraceId: 'A trace id has up to 32 hex digits.',
  minRule: 'At least must be smaller than Below.',
  column: { end: 'Ended', duration: 'Duration', what: 'Service · operation', place: 'Stage · channel', outcome: 'Outcome', status: 'Status' },
  list: 'List of traces',
  loading: 'traces',
  error: 'Error',
  ok: 'OK',
  more: (count) => `${count} more`,
};

// Words of the traces page, English.
import type { traces as ko } from '../ko/traces.js';

export const traces: typeof ko = {
  title: 'Traces',
};

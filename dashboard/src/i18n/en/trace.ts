// Words of the trace page, English.
import type { trace as ko } from '../ko/trace.js';

export const trace: typeof ko = {
  title: 'Traces',
};

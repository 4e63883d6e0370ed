// The English catalogue, one file for each page.
import type { Words } from '../ko/index.js';
import { alerts } from './alerts.js';
import { common } from './common.js';
import { history } from './history.js';
import { intake } from './intake.js';
import { live } from './live.js';
import { setup } from './setup.js';
import { trace } from './trace.js';
import { traces } from './traces.js';

export const en: Words = { alerts, common, history, intake, live, setup, traces, trace };

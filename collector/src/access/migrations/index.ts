// All migrations of the metadata database, in the order in which they run. A new one is a file in this folder and the last
// line here; what is listed once is neither changed nor moved, since databases remember it by its name.
import type { Migration } from '../migration.js';
import { agencySettings } from './agency-settings.js';
import { auditLog } from './audit-log.js';
import { alerts } from './alerts.js';
import { keysAndSessions } from './keys-and-sessions.js';
import { markers } from './markers.js';
import { people } from './people.js';
import { roles } from './roles.js';
import { signOn } from './sign-on.js';

export const MIGRATIONS: readonly Migration[] = [
  { name: 'keys and sessions', up: keysAndSessions },
  { name: 'roles', up: roles },
  { name: 'markers', up: markers },
  { name: 'people', up: people },
  { name: 'agency settings', up: agencySettings },
  { name: 'audit log', up: auditLog },
  { name: 'alerts', up: alerts },
  { name: 'sign-on', up: signOn },
];

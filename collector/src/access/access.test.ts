// The claims about who gets in, on a libsql database in memory; `test/access-postgres.test.ts` runs the same on PostgreSQL.
import { openMetaDb } from './meta-db.js';
import { describeAccess } from './testing/access-suite.js';
import { describeSignOn } from './testing/sign-on-suite.js';

describeAccess('access, metadata in libsql', () => openMetaDb(':memory:'));
describeSignOn('single sign-on, metadata in libsql', () => openMetaDb(':memory:'));

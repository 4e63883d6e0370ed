// Child of decode-native.test.ts: reads a file of Native blocks with the embedded engine and prints its rows as JSON lines.
import { Session } from 'chdb';

const session = new Session();
process.stdout.write(session.query(`SELECT * FROM file('${process.argv[2]}', Native)`, 'JSONEachRow'));
session.cleanup();

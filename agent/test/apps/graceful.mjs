// An app with a SIGTERM handler of its own: it finishes what it has and leaves with a code of its choice.
import http from 'node:http';

const server = http.createServer((request, response) => { response.end('ok'); });
server.listen(0, '127.0.0.1', () => process.stdout.write(`\nlistening ${server.address().port}\n`));
process.once('SIGTERM', () => { setTimeout(() => process.exit(7), 500); });

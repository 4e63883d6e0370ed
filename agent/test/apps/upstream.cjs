// A plain CommonJS server, the other end of what web.mjs calls: no framework, node:http only.
const http = require('node:http');

const held = [];
const answers = {
  '/quick': (response) => response.end('quick'),
  '/slow': (response) => setTimeout(() => response.end('slow'), 120),
  '/hold': (response) => held.push(response),
  '/release': (response) => { for (const other of held.splice(0)) other.end('released'); response.end('done'); },
};
const server = http.createServer((request, response) => (answers[request.url] ?? answers['/quick'])(response));
server.listen(0, '127.0.0.1', () => process.stdout.write(`\nlistening ${server.address().port}\n`));

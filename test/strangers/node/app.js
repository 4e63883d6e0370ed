// A stranger's application: three routes, a person, channels and an outcome, and people who use it.
import http from 'node:http';
import { trace } from '@opentelemetry/api';
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const span = trace.getActiveSpan();
  span?.setAttributes({ 'http.route': url.pathname, 'enduser.pseudo.id': url.searchParams.get('who'), ...(url.pathname === '/verify' && { 'identity.channel': url.searchParams.get('by') }), ...(url.pathname === '/reservations' && { 'booking.outcome': 'booked' }) });
  setTimeout(() => response.end('ok'), 10);
}).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (let person = 0; ; person++) {
    for (const step of ['/enter', '/verify', '/reservations']) await fetch(`http://127.0.0.1:${port}${step}?who=p${person}&by=${['SKT', 'KT', 'PASS'][person % 3]}`).then((answer) => answer.text());
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

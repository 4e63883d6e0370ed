// The dashboard: built files from one directory, and its one page under every other address, so that a link to any view
// can be opened. Files with a hash in their name never change and are cached for ever; the page is asked for each time.
import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { NarrowsError } from '@narrows/contract';
import type { FastifyInstance } from 'fastify';
import { page } from './plain-page.js';

/** `main-BkU4q7Zx.js`: what Vite calls a file whose name changes with its content. */
const HASHED = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

export async function addDashboardFiles(app: FastifyInstance, directory: string): Promise<void> {
  const built = existsSync(path.join(directory, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: directory, wildcard: true, index: 'index.html', cacheControl: false,
      setHeaders: (response, file) => {
        response.setHeader('cache-control', HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const isView = request.method === 'GET' && !request.url.startsWith('/api/') && !path.extname(request.url.split('?')[0] ?? '');
    if (!isView) throw new NarrowsError('NOT_FOUND', `${request.method} ${request.url.slice(0, 200)}`);
    if (built) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    return reply.code(200).type('text/html; charset=utf-8').send(page(
      { ko: '수집기가 실행 중입니다', en: 'The collector is running' },
      { ko: '대시보드가 아직 빌드되지 않았습니다. 아래 명령으로 빌드한 뒤 수집기를 다시 시작하세요.', en: 'The dashboard has not been built yet. Build it, then start the collector again:' },
      'npm run build',
    ));
  });
}

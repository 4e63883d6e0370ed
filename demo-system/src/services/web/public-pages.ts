// The static pages of the public site: a handful of files, read once at the start and served from memory.
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml',
};
const CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Serve every file of `folder` under its name, and `index.html` under `/`. */
export async function servePublicPages(app: FastifyInstance, folder: string): Promise<void> {
  for (const name of await fs.readdir(folder)) {
    const type = TYPES[path.extname(name)];
    if (!type) continue;
    const bytes = await fs.readFile(path.join(folder, name));
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}"`;
    app.get(name === 'index.html' ? '/' : `/${name}`, async (request, reply) => {
      void reply.headers({ etag, 'cache-control': 'no-cache', 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff' });
      return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
    });
  }
}

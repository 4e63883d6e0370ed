// The static pages of a public site: a handful of files, read once at the start and served from memory.
import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PUBLIC_FOLDER = fileURLToPath(new URL('../../public', import.meta.url));
/** What the sites have in common: how they look, and how they talk. */
const SHARED = 'shared';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml',
};
const CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** Serve every file of a site under its name, `index.html` under `/`, and what all sites share unless the site has its own. */
export async function servePublicPages(app: FastifyInstance, site: string): Promise<void> {
  const files = new Map<string, string>();
  for (const folder of [SHARED, site].map((one) => path.join(PUBLIC_FOLDER, one))) {
    for (const name of await fs.readdir(folder)) files.set(name, path.join(folder, name));
  }
  for (const file of files.values()) await serveFile(app, file);
}

async function serveFile(app: FastifyInstance, file: string): Promise<void> {
  const name = path.basename(file);
  const type = TYPES[path.extname(name)];
  if (!type) return;
  const bytes = await fs.readFile(file);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 16)}"`;
  app.get(name === 'index.html' ? '/' : `/${name}`, async (request, reply) => {
    void reply.headers({ etag, 'cache-control': 'no-cache', 'content-security-policy': CONTENT_SECURITY_POLICY, 'x-content-type-options': 'nosniff' });
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.type(type).send(bytes);
  });
}

import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { bundleSnippet, snippetFolder } from './bundle-snippet.ts'

type Snippet = { readonly code: Buffer; readonly gzipped: Buffer; readonly etag: string }

/** `GET /likeness.js`: the tracking snippet, which any page may load and keep for an hour. */
export function addSnippetRoute(app: FastifyInstance): void {
  let loading: Promise<Snippet> | undefined
  app.get(
    '/likeness.js',
    {
      config: { access: 'anybody', takesAnyHost: true },
      schema: {
        operationId: 'getSnippet',
        summary: 'The tracking snippet for pages of the shop',
        tags: ['collect'],
        security: [],
        produces: ['text/javascript'],
      },
    },
    async (request, reply) => {
      loading ??= loadSnippet()
      const { code, gzipped, etag } = await loading
      reply.headers({
        'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        vary: 'accept-encoding',
        etag,
      })
      if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send()
      reply.type('text/javascript; charset=utf-8')
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(code)
      return reply.header('content-encoding', 'gzip').send(gzipped)
    },
  )
}

/** From the build; in a clone, made from its sources. */
async function loadSnippet(): Promise<Snippet> {
  const built = join(snippetFolder, 'likeness.js')
  const code = Buffer.from(existsSync(built) ? await readFile(built) : await bundleSnippet())
  const etag = `W/"${createHash('sha256').update(code).digest('base64url').slice(0, 22)}"`
  return { code, gzipped: await promisify(gzip)(code, { level: 9 }), etag }
}

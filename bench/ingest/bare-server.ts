import Fastify from 'fastify'

/** The same library, the same parsing of JSON, and nothing kept: what the wire alone costs. */
const app = Fastify({ logger: false, bodyLimit: 4 * 1024 * 1024 })
app.post('/v1/batch', async (request) => ({ received: (request.body as { batch: unknown[] }).batch.length }))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url })

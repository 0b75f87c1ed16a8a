import Fastify from 'fastify'

/** The same library and the same kind of route, answering every id with the same bytes; argument: how many. */
const head = '{"constant":"'
const body = `${head}${'x'.repeat(Math.max(0, Number(process.argv[2]) - head.length - 2))}"}`
const app = Fastify({ logger: false })
app.get('/v1/profiles/:id', (_, reply) => reply.type('application/json; charset=utf-8').send(body))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.({ url })

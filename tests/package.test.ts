import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** What builds the package and must not be needed to run it. */
const forDevelopment: ReadonlySet<string> = new Set([
  'assemblyscript',
  'binaryen',
  'rolldown',
  'typescript',
  'vitest',
])

const root = join(import.meta.dirname, '..')
const project = mkdtempSync(join(tmpdir(), 'likeness-package-'))
let own: string
beforeAll(() => {
  own = installTarball()
}, 120_000)
afterAll(() => rmSync(project, { recursive: true, force: true }))

/** Lays the packed tarball into a project beside the libraries it depends on, as an install does, without a network. */
function installTarball(): string {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf('[\n'))) as [{ filename: string }]
  const modules = join(project, 'node_modules')
  const own = join(modules, 'likeness')
  mkdirSync(own, { recursive: true })
  execFileSync('tar', ['-xzf', join(project, filename), '-C', own, '--strip-components=1'])
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.') && !forDevelopment.has(name))
      symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  return own
}

test('the packed tarball runs compiled JavaScript and holds no sources or tests', () => {
  expect(readdirSync(own)).not.toContain('src')
  const files = readdirSync(join(own, 'dist'), { recursive: true, encoding: 'utf8' })
  expect(files.filter((file) => /\.test\.|(^|\/)test-|\.contract\./.test(file))).toEqual([])
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [join(own, 'bin', 'likeness.mjs'), ...args], {
      cwd: project,
      encoding: 'utf8',
    })
  expect(run('--help', '--lang', 'zh')).toContain('用法：')
  const doctor = JSON.parse(run('doctor', '--json')) as { database: { kind: string } }
  expect(doctor.database.kind).toBe('embedded')
  expect(serveSnippet()).toEqual({ status: 200, isBundled: true })
}, 120_000)

function serveSnippet(): unknown {
  const script = `
    import Fastify from 'fastify'
    import { addSnippetRoute } from './node_modules/likeness/dist/serve/http/snippet-route.js'
    const app = Fastify()
    addSnippetRoute(app)
    const { statusCode: status, body } = await app.inject('/likeness.js')
    console.log(JSON.stringify({ status, isBundled: body.startsWith('(function(){') }))`
  const options = { cwd: project, encoding: 'utf8' } as const
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options))
}

test('the packed kernels run, on threads too', () => {
  const script = `
    import { fitKMeansOnThreads } from './node_modules/likeness/dist/math/k-means.js'
    import { createKernelPool } from './node_modules/likeness/dist/math/kernel-pool.js'
    import { createRandom } from './node_modules/likeness/dist/math/random.js'
    const pool = createKernelPool(2)
    const matrix = { rowCount: 4, columnCount: 1, values: Float64Array.from([0, 1, 10, 11]) }
    const { inertia } = await fitKMeansOnThreads(matrix, { clusterCount: 2 }, createRandom(1), { pool })
    await pool[Symbol.asyncDispose]()
    console.log(inertia)`
  const options = { cwd: project, encoding: 'utf8' } as const
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], options)
  expect(Number(printed)).toBeCloseTo(1, 12)
})

test('the packed training runs in a process of its own', () => {
  const script = `
    import { trainInWorker } from './node_modules/likeness/dist/train/train-in-worker.js'
    const job = { kind: 'train', models: ['weather'], definitions: [], timeZone: 'UTC', seed: 1, asOfMs: 0, nowMs: 0 }
    const control = { progress: () => undefined, signal: new AbortController().signal }
    const empty = { kind: 'server', query: async () => [], takeTurns: (_, work) => work() }
    await trainInWorker(empty, job, control).catch(({ code }) => console.log(code))`
  const options = { cwd: project, encoding: 'utf8' } as const
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], options)
  expect(printed.trim()).toBe('not_built')
})

/** A program of a shop that uses the client, in JavaScript that is also TypeScript. */
const program = `
import { createClient } from 'likeness/client'
const client = createClient({
  url: 'http://shop.example',
  key: 'wk_1',
  fetch: async (request) => Response.json({ id: request.url, asOf: request.headers.get('authorization') }),
})
const { data } = await client.GET('/v1/profiles/{id}', { params: { path: { id: 'u 1' } } })
console.log(JSON.stringify([data?.id, data?.asOf]))
`

test('the packed client runs in a program of a shop', () => {
  writeFileSync(join(project, 'program.mjs'), program)
  const printed = execFileSync(process.execPath, ['program.mjs'], { cwd: project, encoding: 'utf8' })
  expect(JSON.parse(printed)).toEqual([
    'http://shop.example/v1/profiles/u%201',
    `Basic ${Buffer.from('wk_1:').toString('base64')}`,
  ])
})

test('the packed client has types: right calls compile, and of wrong ones each is told', () => {
  writeFileSync(join(project, 'right.mts'), program)
  writeFileSync(join(project, 'wrong.mts'), program.replace('/v1/profiles/{id}', '/v1/nothing'))
  const compile = (file: string) =>
    spawnSync(
      join(root, 'node_modules', '.bin', 'tsc'),
      [
        ...'--noEmit --strict --module nodenext --target es2024 --lib es2024,dom --types node'.split(' '),
        file,
      ],
      { cwd: project, encoding: 'utf8' },
    )
  expect(compile('right.mts').stdout).toBe('')
  expect(compile('wrong.mts').stdout).toContain('/v1/nothing')
})

test('the lock holds the packages of every platform, so that npm ci asks no registry which there are', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  )
  expect(missing).toEqual([])
})

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

/** What builds the package and must not be needed to run it. */
const forDevelopment: ReadonlySet<string> = new Set(['rolldown', 'typescript', 'vitest'])

const root = join(import.meta.dirname, '..')
const project = mkdtempSync(join(tmpdir(), 'likeness-package-'))
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
  const own = installTarball()
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

import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleSnippet } from '../src/serve/http/bundle-snippet.ts'

const root = join(import.meta.dirname, '..')
const snippet = join(root, 'src', 'snippet')
const copied = /\.(sql|json|css|wasm)$/

/** Compiles src/ to dist/, copies what the compiler leaves (queries, data files) and bundles the snippet. */
async function build(): Promise<number> {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  const { status } = spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) return status ?? 1
  cpSync(join(root, 'src'), join(root, 'dist'), {
    recursive: true,
    filter: (path) =>
      path !== snippet && !path.endsWith('.ts') && (copied.test(path) || !/\.[a-z]+$/i.test(path)),
  })
  mkdirSync(join(root, 'dist', 'snippet'))
  writeFileSync(join(root, 'dist', 'snippet', 'likeness.js'), await bundleSnippet())
  return 0
}

process.exitCode = await build()

import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const copied = /\.(sql|json|css)$/

/** Compiles src/ to dist/ and copies what the compiler leaves: queries and data files. */
function build(): number {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  const { status } = spawnSync(tsc, ['-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' })
  if (status !== 0) return status ?? 1
  cpSync(join(root, 'src'), join(root, 'dist'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts') && (copied.test(path) || !/\.[a-z]+$/i.test(path)),
  })
  return 0
}

process.exitCode = build()

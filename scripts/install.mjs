// Installs what is missing before `npm start` and `npm test`. Plain JavaScript without dependencies, because it
// runs on whatever Node (20 or later) the machine has, before anything is installed; the script that npm
// runs after it finds the Node 24 of node_modules first on its PATH.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stamp = join(root, 'node_modules', '.likeness-installed')

function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return `${process.platform}-${process.arch} ${createHash('sha256').update(lock).digest('hex')}`
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedStamp()
}

function install() {
  console.error(
    'Installing what is missing (about 350 MB from npm, 1.5 GB on disk; nothing else is fetched) …',
  )
  const startedMs = Date.now()
  // npm passes the path of its own script to the scripts it runs; using it needs no npm on the PATH of Windows.
  const npm = process.env.npm_execpath
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []]
  const result = spawnSync(command, [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // Keeps ONNX Runtime's install step from fetching CUDA files under an npm that runs install scripts.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
  })
  if (result.status !== 0) {
    console.error(
      'The install failed (see above). Check that the npm registry can be reached, then run the command again.',
    )
    process.exit(result.status ?? 1)
  }
  writeFileSync(stamp, wantedStamp())
  console.error(`Installed in ${Math.round((Date.now() - startedMs) / 1000)} s.`)
}

if (!isInstalled()) install()

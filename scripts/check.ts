import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { datasetsFolder } from '../tests/data/datasets.ts'

type Counts = { readonly passed: number; readonly failed: number }

const root = join(import.meta.dirname, '..')
const checks = [
  { name: 'types', command: 'tsc', args: [] },
  { name: 'types of the snippet', command: 'tsc', args: ['-p', 'src/snippet'] },
  { name: 'lint and format', command: 'biome', args: ['check', '--error-on-warnings'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
] as const

/** `npm test`: types, lint, dead code, then every test (the layers are one); the last line counts all of them. */
function main(patterns: readonly string[]): number {
  const counts = [...(patterns.length === 0 ? checks.map(runCheck) : []), runTests(patterns)]
  const passed = counts.reduce((sum, each) => sum + each.passed, 0)
  const failed = counts.reduce((sum, each) => sum + each.failed, 0)
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

function runCheck({ name, command, args }: (typeof checks)[number]): Counts {
  const startedMs = performance.now()
  const { status } = run(command, args)
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`)
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function runTests(patterns: readonly string[]): Counts {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-tests-'))
  const report = join(folder, 'report.json')
  const hasDatasets = existsSync(datasetsFolder)
  if (!hasDatasets) {
    console.log('Tests on real data (tests/data) are left out: no data folder; set LIKENESS_DATASETS to one.')
  }
  const { status } = run('vitest', [
    'run',
    ...patterns,
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    ...(hasDatasets ? [] : ['--exclude', 'tests/data/**']),
  ])
  const counts = existsSync(report) ? readCounts(report) : { passed: 0, failed: 1 }
  rmSync(folder, { recursive: true })
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts
}

function readCounts(report: string): Counts {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<
    string,
    number
  >
  return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 }
}

function run(command: string, args: readonly string[]): { status: number | null } {
  return spawnSync(join(root, 'node_modules', '.bin', command), [...args], {
    cwd: root,
    stdio: ['ignore', 1, 2],
  })
}

process.exitCode = main(process.argv.slice(2))

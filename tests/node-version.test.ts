import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const bin = join(import.meta.dirname, '..', 'bin', 'likeness.mjs')

/** Runs the command on a Node that says it is another. */
function runAs(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const preload = `data:text/javascript,${encodeURIComponent(pretend)}`
  return spawnSync(process.execPath, ['--import', preload, bin, '--version'], { encoding: 'utf8' })
}

test.each(['20.20.2', '22.12.0'])(
  'an older Node (%s) is told which one is needed, in both languages',
  (version) => {
    const { status, stderr, stdout } = runAs(version)
    expect(status).toBe(3)
    expect(stderr).toContain('Likeness needs Node 22.18 or later')
    expect(stderr).toContain('需要 Node 22.18 或更高版本')
    expect(stdout).toBe('')
  },
)

test('the Node of the project runs it', () => {
  expect(execFileSync(process.execPath, [bin, '--version'], { encoding: 'utf8' })).toMatch(
    /^\d+\.\d+\.\d+\n$/,
  )
})

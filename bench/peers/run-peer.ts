import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'

/** What a rival answered, or why it could not be asked. */
export type PeerAnswer<Output> =
  | { readonly kind: 'ran'; readonly output: Output }
  | { readonly kind: 'absent'; readonly why: string }

export type PeerQuestion<Output> = {
  /** A file of this folder, read as Python. */
  readonly script: string
  /** Sent as JSON on its standard input. */
  readonly input: unknown
  readonly output: z.ZodType<Output>
}

/**
 * Runs a rival in Python: that of `.venv` in this folder, else the machine's. Absent when there is no Python or a
 * package is missing; a rival that fails otherwise is an error.
 */
export async function runPeer<Output>(question: PeerQuestion<Output>): Promise<PeerAnswer<Output>> {
  const own = join(import.meta.dirname, '.venv', 'bin', 'python')
  const { exitCode, stdout, stderr } = await runPython(existsSync(own) ? own : 'python3', question)
  if (exitCode === 'not found') return { kind: 'absent', why: 'there is no Python on this machine' }
  const missing = /ModuleNotFoundError: No module named '([^']+)'/.exec(stderr)?.[1]
  if (missing !== undefined)
    return { kind: 'absent', why: `Python lacks the package ${missing} (see bench/peers/README.md)` }
  if (exitCode !== 0) throw new Error(`${question.script} ended with ${exitCode}: ${stderr.slice(-2000)}`)
  return { kind: 'ran', output: question.output.parse(JSON.parse(stdout)) }
}

type Finished = { readonly exitCode: number | 'not found'; readonly stdout: string; readonly stderr: string }

function runPython(
  python: string,
  { script, input }: { readonly script: string; readonly input: unknown },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(python, [join(import.meta.dirname, script)])
    const output = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve({ ...output, exitCode: 'not found' }) : reject(error),
    )
    child.on('close', (code) => resolve({ ...output, exitCode: code ?? -1 }))
    // A script that ends before it has read its input closes the pipe; its exit code tells why.
    child.stdin.on('error', () => undefined)
    child.stdin.end(JSON.stringify(input))
  })
}

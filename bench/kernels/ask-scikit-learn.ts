import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { z } from 'zod'
import type { Matrix } from '../../src/math/matrix.ts'
import { type PeerAnswer, runPeer } from '../peers/run-peer.ts'

/** Asks `kernels.py`, which reads the rows from a file: they would be slow to write out as JSON. */
export async function askScikitLearn<Output>(
  { rowCount, columnCount, values }: Matrix,
  question: { readonly task: string; readonly labels?: Float64Array; readonly settings: object },
  output: z.ZodType<Output>,
): Promise<PeerAnswer<Output>> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-kernels-'))
  try {
    const [rows, labels] = [join(folder, 'rows.f64'), join(folder, 'labels.f64')]
    writeFileSync(rows, new Uint8Array(values.buffer))
    if (question.labels) writeFileSync(labels, new Uint8Array(question.labels.buffer))
    const input = { task: question.task, rows, labels, rowCount, columnCount, ...question.settings }
    return await runPeer({ script: 'kernels.py', input, output })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

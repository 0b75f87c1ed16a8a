import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../src/core/errors.ts'
import { solveLeastSquares } from '../../src/math/least-squares.ts'
import type { Contender, ExperimentResult } from '../experiment.ts'
import { type PeerAnswer, runPeer } from '../peers/run-peer.ts'
import { leastDigits } from './digits.ts'
import { type NistProblem, parseNistFile } from './nist-file.ts'

/** Right digits of least squares on certified problems, beside NumPy's QR where it can be had. */
export async function judgeNist(paths: readonly string[]): Promise<ExperimentResult> {
  const problems = paths.flatMap(listFiles).map((path) => parseNistFile(readText(path), path))
  const peer = await askNumpy(problems)
  return {
    experiment: 'regress',
    dataset: { problems: problems.map(({ name }) => name).join(', ') },
    split: 'certified problems, all rows',
    seed: 0,
    models: problems.map(judgeOwn),
    baselines: peer.kind === 'ran' ? judgePeer(problems, peer.output) : [],
    notes: [
      'Digits are −log10 of the relative error (of the absolute one where the certified value is 0), at most 15; the least over coefficients and over standard errors.',
      peer.kind === 'ran' ? `Beside ${peer.output.version}.` : `Without NumPy: ${peer.why}.`,
    ],
  }
}

const numpyFits = z.object({
  version: z.string(),
  fits: z.array(z.object({ coefficients: z.array(z.number()), standardErrors: z.array(z.number()) })),
})
type NumpyFits = z.infer<typeof numpyFits>

function askNumpy(problems: readonly NistProblem[]): Promise<PeerAnswer<NumpyFits>> {
  const input = {
    problems: problems.map(({ matrix: { rowCount, columnCount, values }, target }) => ({
      rows: Array.from({ length: rowCount }, (_, row) => [
        ...values.subarray(row * columnCount, (row + 1) * columnCount),
      ]),
      target: [...target],
    })),
  }
  return runPeer({ script: 'least_squares.py', input, output: numpyFits })
}

function judgeOwn(problem: NistProblem): Contender {
  const startedMs = performance.now()
  const fit = solveLeastSquares(problem.matrix, problem.target)
  return {
    name: problem.name,
    metrics: digitsOf(problem, fit),
    seconds: (performance.now() - startedMs) / 1000,
  }
}

function judgePeer(problems: readonly NistProblem[], { version, fits }: NumpyFits): Contender[] {
  return problems.flatMap((problem, index) => {
    const fit = fits[index]
    const name = `${problem.name}, QR of ${version}`
    return fit === undefined ? [] : [{ name, metrics: digitsOf(problem, fit), seconds: 0 }]
  })
}

function digitsOf(
  problem: NistProblem,
  fit: { readonly coefficients: ArrayLike<number>; readonly standardErrors: ArrayLike<number> },
): Contender['metrics'] {
  return {
    coefficientDigits: leastDigits(fit.coefficients, problem.coefficients),
    standardErrorDigits: leastDigits(fit.standardErrors, problem.standardErrors),
  }
}

/** The file itself, or the .dat files of a folder. */
function listFiles(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [path]
  const names = readdirSync(path).filter((name) => name.endsWith('.dat'))
  return names.sort().map((name) => join(path, name))
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new AppError('bad_file', 'the file cannot be opened', { where: path, cause })
  }
}

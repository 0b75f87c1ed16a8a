import { AppError } from '../core/errors.ts'
import type { Random } from '../math/random.ts'
import type { AdamSettings } from './adam.ts'
import type { Table } from './graph.ts'
import { otherSize } from './parameter-layout.ts'

/** The vectors of a table under training: rows are gathered for a batch, and those that were read are changed. */
export type Embedding = {
  readonly table: Table
  /** [rowCount × width], row-major; row 0 is 0. */
  readonly values: Float32Array
  /** Rows by id, one behind the other. @throws AppError 'bad_input' for an id that is no row. */
  gather(ids: Int32Array): Float32Array
  /** Adds the gradients of gathered rows to what the next step knows; a row that stands several times gets their sum. */
  collect(ids: Int32Array, gradients: Float32Array): void
  /** One step of Adam on the rows that were collected; what it remembers of all others stays. */
  step(stepCount: number, learningRate: number): void
}

/** Adam on the rows of a batch alone, without decay. Source: Kingma & Ba (2015), algorithm 1, on rows as they are read. */
export function createEmbedding(
  table: Table,
  settings: Pick<AdamSettings, 'memory' | 'epsilon'>,
  random: Random,
  start?: Float32Array,
): Embedding {
  const { rowCount, width } = table
  const values = start?.slice() ?? table.initial(random, [rowCount, width])
  if (values.length !== rowCount * width) throw otherSize(table.name, rowCount * width, values.length)
  values.fill(0, 0, width)
  const [mean, meanSquare] = [new Float32Array(values.length), new Float32Array(values.length)]
  const collected = createCollection(rowCount, width)
  return {
    table,
    values,
    gather: (ids) => gatherRows(table, values, ids),
    collect: collected.add,
    step(stepCount, learningRate) {
      const { memory = [0.9, 0.999], epsilon = 1e-8 } = settings
      const state = { values, mean, meanSquare, gradients: collected.sums() }
      const rate = learningRate / (1 - memory[0] ** stepCount)
      const correction = 1 / (1 - memory[1] ** stepCount)
      for (const [place, row] of collected.rows().entries())
        stepRow(state, {
          from: row * width,
          gradientFrom: place * width,
          width,
          memory,
          rate,
          correction,
          epsilon,
        })
      collected.clear()
    },
  }
}

function gatherRows({ name, rowCount, width }: Table, values: Float32Array, ids: Int32Array): Float32Array {
  const rows = new Float32Array(ids.length * width)
  for (const [place, id] of ids.entries()) {
    if (!(id >= 0 && id < rowCount))
      throw new AppError(
        'bad_input',
        { en: `the table '${name}' has no row ${id}`, zh: `表“${name}”没有第 ${id} 行` },
        { expected: `0 to ${rowCount - 1}`, received: String(id) },
      )
    if (id > 0) rows.set(values.subarray(id * width, (id + 1) * width), place * width)
  }
  return rows
}

/** Sums of gradients by row, dense over the rows that were seen, in the order in which they were first seen. */
function createCollection(rowCount: number, width: number) {
  const placeOf = new Int32Array(rowCount).fill(-1)
  let rows: number[] = []
  let sums = new Float32Array(64 * width)
  const placeFor = (id: number): number => {
    const known = placeOf[id] ?? -1
    if (known >= 0) return known
    const place = rows.push(id) - 1
    placeOf[id] = place
    if ((place + 1) * width > sums.length) {
      const larger = new Float32Array(sums.length * 2)
      larger.set(sums)
      sums = larger
    }
    sums.fill(0, place * width, (place + 1) * width)
    return place
  }
  return {
    rows: () => rows,
    sums: () => sums,
    add(ids: Int32Array, gradients: Float32Array) {
      for (const [index, id] of ids.entries()) {
        if (id === 0) continue
        const place = placeFor(id)
        addRow(sums, place * width, gradients, index * width, width)
      }
    },
    clear() {
      for (const row of rows) placeOf[row] = -1
      rows = []
    },
  }
}

function addRow(sums: Float32Array, to: number, gradients: Float32Array, from: number, width: number): void {
  for (let column = 0; column < width; column++)
    sums[to + column] = numberAt(sums, to + column) + numberAt(gradients, from + column)
}

type RowState = {
  readonly values: Float32Array
  readonly mean: Float32Array
  readonly meanSquare: Float32Array
  readonly gradients: Float32Array
}

type RowStep = {
  readonly from: number
  readonly gradientFrom: number
  readonly width: number
  readonly memory: readonly [number, number]
  /** The learning rate over 1 − β₁ᵗ. */
  readonly rate: number
  /** 1 / (1 − β₂ᵗ). */
  readonly correction: number
  readonly epsilon: number
}

function stepRow({ values, mean, meanSquare, gradients }: RowState, step: RowStep): void {
  const { from, gradientFrom, width, rate, correction, epsilon } = step
  const [first, second] = step.memory
  for (let column = 0; column < width; column++) {
    const at = from + column
    const gradient = numberAt(gradients, gradientFrom + column)
    const newMean = first * numberAt(mean, at) + (1 - first) * gradient
    const newSquare = second * numberAt(meanSquare, at) + (1 - second) * gradient * gradient
    mean[at] = newMean
    meanSquare[at] = newSquare
    values[at] = numberAt(values, at) - (rate * newMean) / (Math.sqrt(newSquare * correction) + epsilon)
  }
}

/** For Float32Array only, so that the engine compiles one fast load. */
function numberAt(values: Float32Array, index: number): number {
  return values[index] ?? Number.NaN
}

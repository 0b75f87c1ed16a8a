import { AppError } from '../core/errors.ts'
import type { Bilingual } from '../core/language.ts'

/** One event as a network reads it: what kind, of what (an item, or its category), when. */
export type SequenceEvent = {
  readonly kind: string
  readonly item?: string | undefined
  /** Unix time. */
  readonly atMs: number
}

/** What each row's shopper did up to a moment, in the order of time. */
export type EventSequences = {
  readonly sequences: readonly (readonly SequenceEvent[])[]
  /** The moment each row is told as of (Unix time): nothing of it comes later. */
  readonly asOfMs: ArrayLike<number>
}

/**
 * That each row has its events, in order, none after the moment it is told as of.
 * @throws AppError 'bad_input' saying which row and event is wrong.
 */
export function checkSequences({ sequences, asOfMs }: EventSequences, rowCount: number): void {
  const [sequenceCount, momentCount] = [sequences.length, asOfMs.length]
  if (sequenceCount !== rowCount || momentCount !== rowCount)
    throw wrong(
      { en: 'rows, sequences and moments are not equally many', zh: '行、事件序列与时刻的数量不一致' },
      { expected: `${rowCount} of each`, received: `${sequenceCount} sequences, ${momentCount} moments` },
    )
  for (const [row, events] of sequences.entries()) checkRow(row, events, asOfMs[row] ?? Number.NaN)
}

/** The events of the rows at the given places. */
export function pickSequences({ sequences, asOfMs }: EventSequences, rows: Iterable<number>): EventSequences {
  const places = [...rows]
  return {
    sequences: places.map((row) => sequences[row] ?? []),
    asOfMs: places.map((row) => asOfMs[row] ?? Number.NaN),
  }
}

function checkRow(row: number, events: readonly SequenceEvent[], asOfMs: number): void {
  if (!Number.isFinite(asOfMs))
    throw wrong(
      { en: `the moment of row ${row} is no time`, zh: `第 ${row} 行的时刻无效` },
      { where: `row ${row}`, expected: 'Unix time in ms', received: String(asOfMs) },
    )
  let before = Number.NEGATIVE_INFINITY
  for (const [place, { kind, atMs }] of events.entries()) {
    const where = `row ${row}, event ${place}`
    if (kind === '') throw wrong({ en: 'an event has no kind', zh: '事件缺少类型' }, { where })
    if (!(atMs >= before))
      throw wrong(
        { en: 'events are not in the order of time', zh: '事件未按时间顺序排列' },
        { where, expected: `a time from ${before} on`, received: String(atMs) },
      )
    if (atMs > asOfMs)
      throw wrong(
        { en: 'an event lies after the moment its row is told as of', zh: '事件晚于该行的截止时刻' },
        { where, expected: `at most ${asOfMs}`, received: String(atMs) },
      )
    before = atMs
  }
}

function wrong(text: Bilingual, options: ConstructorParameters<typeof AppError>[2]): AppError {
  return new AppError('bad_input', text, options)
}

import type { EventLine } from '../core/event.ts'
import type { TextReading } from '../core/text-reading.ts'

/** What the models in use say of the words of some lines; of lines that are not here they say nothing. */
export type LineReadings = {
  /** Of those models; undefined where there are none. */
  readonly version: string | undefined
  readonly byLine: ReadonlyMap<EventLine, TextReading>
}

/** Keeps what models say of the words of lines that are stored. */
export type TextEnricher = {
  /**
   * Of a batch of live calls; the same token again keeps nothing twice. To be called in a turn `events`, before the lines are
   * stored, so that whoever reads a line finds what is said of it. Resolves with what the models in use say.
   */
  enrichLines(lines: readonly EventLine[], token: string): Promise<LineReadings>
  /** Of the lines of an import, once they are stored. */
  enrichImport(importId: string): Promise<void>
}

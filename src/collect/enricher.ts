import type { EventLine } from '../core/event.ts'

/** Keeps what models say of the words of lines that are stored. */
export type TextEnricher = {
  /**
   * Of a batch of live calls; the same token again keeps nothing twice. To be called in a turn `events`, before the lines are
   * stored, so that whoever reads a line finds what is said of it.
   */
  enrichLines(lines: readonly EventLine[], token: string): Promise<void>
  /** Of the lines of an import, once they are stored. */
  enrichImport(importId: string): Promise<void>
}

import type { EventLine } from '../core/event.ts'
import type { TextReading } from '../core/text-reading.ts'

/** A line of a batch with whose it is and what models say of its words. */
type FoldedLine = {
  readonly profileId: string
  readonly line: EventLine
} & Partial<TextReading>

/** A stated fact of a batch with whose it is. */
export type FoldedTrait = {
  readonly profileId: string
  readonly name: string
  readonly value: string
  readonly source: string
  readonly purpose: string
  readonly atMs: number
  /** Said of the user, not of a device alone. */
  readonly isOfUser: boolean
  /** Of which id it was said. */
  readonly id: string
}

/** What a span of the journal means for the profiles of people; bots' lines are left out. */
export type FoldedBatch = {
  readonly lines: readonly FoldedLine[]
  /** Of the models that read the words of the lines. */
  readonly textVersion: string | undefined
  readonly traits: readonly FoldedTrait[]
  /** Of whom nobody had heard before: their history is what the batch says. */
  readonly newProfileIds: ReadonlySet<string>
  /** Whose rows are others by now: ids were merged or split. */
  readonly movedProfileIds: ReadonlySet<string>
  readonly position: { readonly journalId: string; readonly sequence: number }
}

/** What keeps a living profile of people, folded batch by batch. */
export type ProfileFold = {
  /**
   * Makes ready what a stored batch changes. `commit` is to be called inside the `KeyValueStore.write` that moves the
   * journal on, `settled` once that is on disk.
   */
  prepare(batch: FoldedBatch): Promise<{ commit(): void; settled(): void }>
}

import type { TextReader } from '../core/text-reading.ts'

/** The models that read words, as they are replaced while the program runs. */
export type TextReaders = {
  /** The reader of the version that features read; undefined where nothing was learned yet. */
  current(): TextReader | undefined
  /** All whose readings are kept of what is stored: the current one, and its successor while that reads the history. */
  all(): readonly TextReader[]
  /** Names the successor, or says that there is none. */
  announce(successor: TextReader | undefined): void
  replace(current: TextReader | undefined): void
}

export function createTextReaders(): TextReaders {
  let current: TextReader | undefined
  let successor: TextReader | undefined
  return {
    current: () => current,
    all: () => {
      const versions = new Map([current, successor].flatMap((each) => (each ? [[each.version, each]] : [])))
      return [...versions.values()]
    },
    announce: (next) => {
      successor = next
    },
    replace: (next) => {
      current = next
    },
  }
}

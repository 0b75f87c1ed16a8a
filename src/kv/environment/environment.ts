import { type Database as LmdbDatabase, open, type RootDatabase } from 'lmdb'

/** What a key may be; keys of one table are ordered by their parts. */
export type Key = string | number | Uint8Array | readonly (string | number | Uint8Array)[]

export type TableOptions = {
  /** `json`: any plain value, kept as MessagePack. `binary`: Uint8Arrays as they are. */
  readonly values: 'json' | 'binary'
  /** `binary` keys are Uint8Arrays, compared byte by byte; `number` keys are whole numbers to 2^32 - 1. */
  readonly keys: 'ordered' | 'binary' | 'number'
}

type PageStats = {
  readonly pageSize: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly overflowPages: number
}

/** One LMDB environment and the tables that were opened in it. */
export class Environment {
  readonly root: RootDatabase
  readonly #tables = new Map<string, LmdbDatabase>()

  constructor(folder: string) {
    // Unwritten parts of pages are zeroed: what the process happened to hold in memory, such as a record since erased, must
    // not lie there. Without overlapping syncs a commit is on disk when it resolves, and nobody waits for the writes of
    // those who came later. Batches by event turn make promises that nobody holds, and a full disk would end the process
    // through them; every write here is a batch of its own.
    this.root = open({
      path: folder,
      maxDbs: 64,
      noMemInit: false,
      noSubdir: false,
      overlappingSync: false,
      eventTurnBatching: false,
    })
  }

  table(name: string, { values, keys }: TableOptions): LmdbDatabase {
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const keyEncoding = { ordered: 'ordered-binary', binary: 'binary', number: 'uint32' }[keys]
    const encoding = values === 'binary' ? 'binary' : 'msgpack'
    const database = this.root.openDB({ name, encoding, keyEncoding: keyEncoding as never })
    this.#tables.set(name, database)
    return database
  }

  /** What the pages of the tables opened here take that hold something. */
  liveBytes(): number {
    const sizes = [...this.#tables.values()].map((table) => {
      const stats = table.getStats() as PageStats
      return stats.pageSize * (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages)
    })
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  /** A reader's snapshot may be from before a commit, so it is renewed. */
  renewReader(): void {
    this.root.resetReadTxn()
  }

  async close(): Promise<void> {
    await this.root.close()
  }
}

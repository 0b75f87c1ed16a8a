import type { TableShape } from '../import/sniff-table.ts'
import type { Mapping } from '../mapping.ts'

/** A table and how it is read: all that its SQL is composed from. */
export type TableReading = {
  readonly mapping: Mapping
  readonly shape: TableShape
  readonly checksum: string
  readonly timeZone: string
  readonly nowMs: number
}

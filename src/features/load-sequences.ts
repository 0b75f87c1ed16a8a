import type { Database } from '../database/database.ts'
import { findHistorySource } from '../database/history-source.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectSequences = sqlFile(import.meta.url, './sql/sequences.sql')

/** What somebody did in one moment. */
export type Moment = { readonly kind: string; readonly item?: string; readonly atMs: number }

export type SequencesOptions = {
  readonly profileIds: readonly string[]
  readonly cutMs: number
  /** The latest so many of each person. */
  readonly moments: number
  readonly signal?: AbortSignal
}

type Row = {
  readonly profile_id: string
  readonly moments: readonly (readonly [at: number | string, kind: string, item: string])[]
}

/**
 * What people did up to a cut in its order, aligned with the profile ids that were asked for; nothing for somebody without a
 * history. Events of bots are left out.
 */
export async function loadSequences(
  database: Database,
  { profileIds, cutMs, moments, signal }: SequencesOptions,
): Promise<readonly (readonly Moment[])[]> {
  const sequences = new Map<string, readonly Moment[]>(profileIds.map((id) => [id, []]))
  const history = await findHistorySource(database)
  const parameters = { cut_ms: cutMs, moments, history }
  for await (const rows of database.stream<Row>(selectSequences, {
    parameters,
    ...(signal && { signal }),
  }))
    for (const { profile_id, moments: told } of rows)
      if (sequences.has(profile_id))
        sequences.set(
          profile_id,
          told.map(([at, kind, item]) => ({ kind, ...(item !== '' && { item }), atMs: Number(at) })),
        )
  return profileIds.map((id) => sequences.get(id) ?? [])
}

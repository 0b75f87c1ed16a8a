import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectGroups = sqlFile(import.meta.url, './sql/names-of-groups.sql')

/** The name of each interest group of the active fit, by its label. */
export async function loadGroupNames(database: Database): Promise<ReadonlyMap<string, Bilingual>> {
  const rows = await database.query<{ label: string } & Bilingual>(selectGroups)
  return new Map(rows.map(({ label, en, zh }) => [label, { en, zh }]))
}

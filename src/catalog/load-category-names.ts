import type { Bilingual } from '../core/language.ts'
import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'

const selectNames = sqlFile(import.meta.url, './sql/category-names.sql')

/** The names of categories that the catalogue states in both languages, by how items name them. */
export type CategoryNames = ReadonlyMap<string, Bilingual>

/** What is not there is called in either language as items name it. */
export async function loadCategoryNames(database: Database): Promise<CategoryNames> {
  const rows = await database.query<Bilingual>(selectNames)
  return new Map(rows.map(({ en, zh }) => [en, { en, zh }]))
}

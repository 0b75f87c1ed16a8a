import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import type { SavedModel } from '../models/learner.ts'

const selectParts = sqlFile(import.meta.url, './sql/model-parts.sql')

/** Keeps the parts of a fit that are bytes, before the fit comes into use. */
export async function saveParts(
  database: Database,
  version: string,
  parts: SavedModel['parts'],
  now: Date,
): Promise<void> {
  const rows = Object.entries(parts).map(([part, bytes]) => ({
    version,
    part,
    content: Buffer.from(bytes).toString('base64'),
    updated_at: now,
  }))
  await database.insert('model_parts', rows)
}

/** The parts of a version, by name; none where it has none. */
export async function loadParts(database: Database, version: string): Promise<SavedModel['parts']> {
  const rows = await database.query<{ part: string; content: string }>(selectParts, {
    parameters: { version },
  })
  return Object.fromEntries(rows.map(({ part, content }) => [part, Buffer.from(content, 'base64')]))
}

import { readFileSync } from 'node:fs'

/**
 * The text of one query, read once where a module loads: `const select = sqlFile(import.meta.url, './sql/name.sql')`.
 * The file lies beside the module, in the source and in the release alike.
 */
export function sqlFile(importMetaUrl: string, path: string): string {
  return readFileSync(new URL(path, importMetaUrl), 'utf8')
}

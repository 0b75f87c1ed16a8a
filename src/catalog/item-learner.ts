import { hash } from 'node:crypto'
import type { Database } from '../database/database.ts'
import type { ItemStatement } from './merge-statement.ts'
import { upsertItems } from './upsert-items.ts'

/** Some 2 MB. */
const maxRemembered = 20_000

/**
 * Learns of items from events. Most events repeat what the one before said of its item; what was last said is
 * remembered, so that repeats cost nothing. Resolves with the ids of items that something new was said of.
 */
export function createItemLearner(
  database: Database,
  now: () => Date,
): (statements: readonly ItemStatement[]) => Promise<readonly string[]> {
  const lastSaid = new Map<string, string>()
  return async (statements) => {
    const fresh = new Map<string, string>()
    const news = statements.filter((statement) => {
      const words = hashWords(statement)
      if ((fresh.get(statement.itemId) ?? lastSaid.get(statement.itemId)) === words) return false
      fresh.set(statement.itemId, words)
      return true
    })
    await upsertItems(database, news, { authority: 'event', now: now() })
    // Only now: what was not stored must be said again.
    if (lastSaid.size + fresh.size > maxRemembered) lastSaid.clear()
    for (const [itemId, words] of fresh) lastSaid.set(itemId, words)
    return [...fresh.keys()]
  }
}

/** What is said whenever and by whomever. */
function hashWords({ atMs: _at, source: _source, ...words }: ItemStatement): string {
  return hash('sha256', JSON.stringify(words), 'base64')
}

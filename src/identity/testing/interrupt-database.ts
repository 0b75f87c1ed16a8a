import type { Database } from '../../database/database.ts'

/** What a database was asked to do that changes it. */
export type Change = { readonly method: 'executeOnEveryNode' | 'insert'; readonly what: string }

/**
 * The same database, with `before` and `after` called around each change; what they throw is what the caller gets. For
 * tests that cut work off.
 */
export function interruptDatabase(
  database: Database,
  around: {
    readonly before?: (change: Change) => Promise<void> | void
    readonly after?: (change: Change) => Promise<void> | void
  },
): Database {
  const wrap = async (change: Change, work: () => Promise<void>) => {
    await around.before?.(change)
    await work()
    await around.after?.(change)
  }
  return {
    kind: database.kind,
    query: (sql, options) => database.query(sql, options),
    stream: (sql, options) => database.stream(sql, options),
    execute: (sql, options) => database.execute(sql, options),
    executeOnEveryNode: (sql, options) =>
      wrap({ method: 'executeOnEveryNode', what: sql }, () => database.executeOnEveryNode(sql, options)),
    insert: (table, rows, options) =>
      wrap({ method: 'insert', what: table }, () => database.insert(table, rows, options)),
    takeTurns: (name, work, signal) => database.takeTurns(name, work, signal),
    loadFile: (load) => database.loadFile(load),
    exportTo: (target, sql, options) => database.exportTo(target, sql, options),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

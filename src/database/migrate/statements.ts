/** One statement of a migration and, for a table, how a cluster shares its rows out. */
export type MigrationStatement = {
  readonly sql: string
  /** The expression of the comment `-- sharded by EXPRESSION` above a CREATE TABLE. */
  readonly shardedBy: string | undefined
}

/** Splits a migration at the semicolons that end a line; comments stand on lines of their own, above what they tell of. */
export function splitStatements(text: string): MigrationStatement[] {
  const statements: MigrationStatement[] = []
  let lines: string[] = []
  let shardedBy: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*--/.test(line)) {
      shardedBy = /^-- sharded by (.+)$/.exec(line)?.[1]?.trim() ?? shardedBy
      continue
    }
    if (line.trim() !== '') lines.push(line)
    if (!/;\s*$/.test(line)) continue
    statements.push({ sql: lines.join('\n').replace(/;\s*$/, ''), shardedBy })
    lines = []
    shardedBy = undefined
  }
  if (lines.length > 0) throw new Error(`migration: a statement without its semicolon: ${lines[0]}`)
  return statements
}

/**
 * The same statement on a cluster, each to run on every node: a table becomes a local one called `NAME_local` that
 * holds a node's share and, under the plain name, a Distributed table over all shares, so that every query reads the
 * same names in both worlds.
 */
export function composeForCluster(statement: MigrationStatement, clusterName: string): string[] {
  const { sql, shardedBy } = statement
  const created = /^CREATE TABLE IF NOT EXISTS (\w+)/.exec(sql)?.[1]
  if (created !== undefined) {
    if (shardedBy === undefined) throw new Error(`migration: '${created}' lacks '-- sharded by EXPRESSION'`)
    return [
      sql.replace(/^(CREATE TABLE IF NOT EXISTS \w+)/, '$1_local'),
      `CREATE TABLE IF NOT EXISTS ${created} AS ${created}_local ` +
        `ENGINE = Distributed('${clusterName}', currentDatabase(), '${created}_local', ${shardedBy})`,
    ]
  }
  // A view names tables alone; each node reads the whole of them.
  if (/^CREATE VIEW IF NOT EXISTS /.test(sql)) return [sql]
  // Each node copies its own share of the table that a line begins with; where its rows belong, the table they go to tells.
  if (/^INSERT INTO /.test(sql)) return [sql.replace(/^(FROM \w+)/m, '$1_local')]
  const altered = /^ALTER TABLE (\w+)\s+(\w+ \w+)/.exec(sql)
  if (altered?.[1] === undefined) throw new Error(`migration: cannot run on a cluster: ${sql.slice(0, 80)}`)
  const local = sql.replace(/^(ALTER TABLE \w+)/, '$1_local')
  // Columns exist in both tables; keys, indexes, codecs and settings only where the rows are.
  return /^(ADD|DROP|RENAME|MODIFY|COMMENT) COLUMN$/.test(altered[2] ?? '') ? [local, sql] : [local]
}

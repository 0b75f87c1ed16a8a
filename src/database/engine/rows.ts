/** The rows of a `JSONEachRow` answer; their shape is the SELECT's, which the caller states. */
export function parseRows<Row>(text: string): Row[] {
  const rows: Row[] = []
  let start = 0
  while (start < text.length) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    if (end > start) rows.push(JSON.parse(text.slice(start, end)) as Row)
    start = end + 1
  }
  return rows
}

/** The body of an insert: one JSON object a line. */
export function formatRows(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
}

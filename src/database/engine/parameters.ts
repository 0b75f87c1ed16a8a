import type { QueryParameters } from '../database.ts'

type ParameterValue = QueryParameters[string]

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A comment, a quoted text or name, in which braces mean nothing; or a placeholder. */
const placeholders = /--[^\n]*|`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\])*'|\{(\w+):\s*([A-Z]\w*)/gs

/**
 * The values of a query's `{name:Type}` placeholders in the engine's text form for parameters (one escaped
 * tab-separated field), the same for the embedded engine's `SET param_name` and a server's `param_name`.
 * A placeholder without a value is an error here: a session may still hold the value of an earlier query.
 */
export function formatParameters(sql: string, parameters: QueryParameters): Readonly<Record<string, string>> {
  const formatted: Record<string, string> = {}
  for (const [, name, type = ''] of sql.matchAll(placeholders)) {
    if (name === undefined) continue
    const value = parameters[name]
    if (value === undefined) throw new Error(`the query parameter '${name}' has no value`)
    formatted[`param_${name}`] = formatValue(value, type)
  }
  return formatted
}

function formatValue(value: ParameterValue, type: string): string {
  if (value === null) return '\\N'
  if (typeof value === 'string') return escapeField(value)
  if (typeof value === 'number') return formatNumber(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (value instanceof Date) return formatDate(value, type)
  const elements = value?.map((each) => (typeof each === 'string' ? quoteLiteral(each) : formatNumber(each)))
  return `[${elements?.join(',')}]`
}

/** A string as a SQL literal; for `SET` statements and arrays only, never for a query's own text. */
export function quoteLiteral(value: string): string {
  return `'${escapeField(value).replaceAll("'", "\\'")}'`
}

function escapeField(value: string): string {
  return value.replace(/[\\\p{Cc}]/gu, (character) => escapes[character] ?? character)
}

function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return String(value)
}

/** In UTC, as precise as the placeholder's type takes it. */
function formatDate(value: Date, type: string): string {
  const iso = value.toISOString().replace('T', ' ')
  if (type === 'Date' || type === 'Date32') return iso.slice(0, 10)
  return type === 'DateTime' ? iso.slice(0, 19) : iso.slice(0, 23)
}

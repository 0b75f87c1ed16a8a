import type { DecodedBody } from '../../../collect/decode-body.ts'
import type { ItemProblem } from './parse-item.ts'

/** One item of a body as it came, or a line that is no JSON. */
export type SentItem = { readonly kind: 'sent'; readonly value: unknown } | ItemProblem

/**
 * The items of a body: a list, an object with `items`, one item, or lines with an item each. Undefined when it holds none
 * that can be told apart.
 */
export function listItems(decoded: DecodedBody): readonly SentItem[] | undefined {
  if (decoded.kind === 'json') return listOf(decoded.json)?.map((value) => ({ kind: 'sent', value }))
  return decoded.reason === 'bad_json' ? listLines(decoded.body.toString('utf8')) : undefined
}

function listOf(json: unknown): readonly unknown[] | undefined {
  if (Array.isArray(json)) return json
  if (typeof json !== 'object' || json === null) return undefined
  if ('items' in json && Array.isArray(json.items)) return json.items
  return [json]
}

/** Text of which no line is JSON is no list of lines. */
function listLines(text: string): readonly SentItem[] | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const items = lines.map(parseLine)
  return items.some(({ kind }) => kind === 'sent') ? items : undefined
}

function parseLine(line: string): SentItem {
  try {
    return { kind: 'sent', value: JSON.parse(line) }
  } catch (error) {
    const detail = `expected JSON: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`
    return { kind: 'problem', reason: 'bad_json', detail: detail.toWellFormed() }
  }
}

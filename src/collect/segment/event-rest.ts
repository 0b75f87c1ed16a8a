import type { EventLine } from '../../core/event.ts'
import type { JsonObject } from './parsed-call.ts'

const keptContext = ['campaign', 'consent', 'locale', 'timezone']

/** The keys of an object that found no column, undefined when all did. */
export type Rest = Record<string, unknown> | undefined

/**
 * Puts what no column holds into `properties`: of the event on its first line, of a product on its own. Where both
 * use a key, the event's is kept as `event.<key>`. Of the context, campaign, consent, locale and time zone are kept.
 */
export function keepRest(
  lines: readonly EventLine[],
  restsOfLines: readonly Rest[],
  restOfEvent: Rest,
  context: JsonObject,
): readonly EventLine[] {
  return lines.map((line, index) => {
    const own = restsOfLines[index]
    const rest = index === 0 ? mergeRests(own, withContext(restOfEvent, context)) : own
    return rest === undefined ? line : { ...line, properties: JSON.stringify(rest) }
  })
}

function withContext(rest: Rest, context: JsonObject): Rest {
  const about: Record<string, unknown> = {}
  let isEmpty = true
  for (const key of keptContext) {
    if (context[key] === undefined) continue
    about[key] = context[key]
    isEmpty = false
  }
  return isEmpty ? rest : mergeRests({ context: about }, rest)
}

function mergeRests(own: Rest, ofEvent: Rest): Rest {
  if (own === undefined || ofEvent === undefined) return own ?? ofEvent
  const merged: Record<string, unknown> = { ...own }
  for (const key in ofEvent) merged[key in own ? `event.${key}` : key] = ofEvent[key]
  return merged
}

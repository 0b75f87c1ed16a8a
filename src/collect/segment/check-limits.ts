import { isObject, type JsonObject, type QuarantinedCall, quarantine } from './parsed-call.ts'

const maxDepth = 16
const maxProperties = 1000
const maxBytes = 32 * 1024
/** What one UTF-16 unit can grow to in JSON: `\u0000`. */
const worstBytesPerUnit = 6

type Tally = { properties: number; units: number }
type Breach = {
  readonly reason: 'schema_violation' | 'too_large_event' | 'forbidden_key'
  path: string
  readonly expected: string
  readonly received: unknown
}

/**
 * Holds a call against the limits of the wire: plain JSON, 16 levels, 1,000 properties, 32 KB, no key that reaches a
 * prototype. The elements of a list count as many properties as the largest of them, so that an order of many
 * products is held by its bytes; a list has at most 1,000 elements. Bytes are of the call as JSON without spaces.
 */
export function checkLimits(call: JsonObject): QuarantinedCall | undefined {
  const tally = { properties: 0, units: 0 }
  const breach = walkObject(call, 1, tally)
  if (breach !== undefined) {
    return quarantine(breach.reason, breach.path, breach.expected, breach.received)
  }
  if (tally.units * worstBytesPerUnit <= maxBytes) return undefined
  const bytes = Buffer.byteLength(JSON.stringify(call))
  return bytes > maxBytes
    ? quarantine('too_large_event', 'the call', `at most ${maxBytes} bytes`, bytes)
    : undefined
}

function walk(value: unknown, depth: number, tally: Tally): Breach | undefined {
  switch (typeof value) {
    case 'string':
      tally.units += value.length + 2
      return undefined
    case 'number':
    case 'boolean':
      tally.units += 5
      return undefined
    case 'undefined':
      return undefined
    case 'object':
      if (value === null) {
        tally.units += 1
        return undefined
      }
      return Array.isArray(value)
        ? walkList(value, depth, tally)
        : walkObject(value as JsonObject, depth, tally)
    default:
      return breachOf('schema_violation', 'a JSON value', typeof value)
  }
}

function walkObject(value: JsonObject, depth: number, tally: Tally): Breach | undefined {
  if (depth > maxDepth) return breachOf('schema_violation', `at most ${maxDepth} levels`, value)
  for (const key in value) {
    tally.properties++
    tally.units += key.length + 4
    if (isForbidden(key)) return under(key, breachOf('forbidden_key', 'a harmless key', key))
    if (tally.properties > maxProperties) {
      const expected = `at most ${maxProperties} properties`
      return under(key, breachOf('too_large_event', expected, tally.properties))
    }
    const breach = walk(value[key], depth + 1, tally)
    if (breach !== undefined) return under(key, breach)
  }
  return undefined
}

function walkList(list: readonly unknown[], depth: number, tally: Tally): Breach | undefined {
  if (depth > maxDepth) return breachOf('schema_violation', `at most ${maxDepth} levels`, list)
  if (list.length > maxProperties) {
    return breachOf('too_large_event', `at most ${maxProperties} elements`, list)
  }
  const before = tally.properties
  let most = before
  tally.units += list.length + 2
  for (const [index, element] of list.entries()) {
    tally.properties = before
    const breach = walk(element, depth + 1, tally)
    if (breach !== undefined) return under(String(index), breach)
    most = Math.max(most, tally.properties)
  }
  tally.properties = most
  return undefined
}

function isForbidden(key: string): boolean {
  return (
    (key.length === 9 && (key === '__proto__' || key === 'prototype')) ||
    (key.length === 11 && key === 'constructor')
  )
}

function breachOf(reason: Breach['reason'], expected: string, received: unknown): Breach {
  return { reason, path: '', expected, received: isObject(received) ? 'more' : received }
}

/** The path is put together on the way out, so that a sound call pays nothing for it. */
function under(key: string, breach: Breach): Breach {
  breach.path = breach.path === '' ? key.slice(0, 80) : `${key.slice(0, 80)}.${breach.path}`
  return breach
}

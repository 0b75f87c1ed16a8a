import type { Random } from '../../src/math/random.ts'

/** As much of a JSON schema as the API's document uses. */
export type JsonSchema = {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
}

/** A value that fits the schema; what is not required is there half the time. */
export function sampleSchema(schema: JsonSchema, random: Random): unknown {
  const { anyOf, enum: choices } = schema
  if (schema.const !== undefined) return schema.const
  if (choices !== undefined) return choices[random.integer(choices.length)]
  if (anyOf !== undefined) return sampleSchema(anyOf[random.integer(anyOf.length)] ?? {}, random)
  switch (schema.type) {
    case 'object':
      return sampleObject(schema, random)
    case 'array':
      return Array.from({ length: random.integer(6) }, () => sampleSchema(schema.items ?? {}, random))
    case 'integer':
    case 'number':
      return random.integer(1000)
    case 'boolean':
      return random.next() < 0.5
    default:
      return `text-${random.integer(1_000_000)}`
  }
}

function sampleObject({ properties, required = [] }: JsonSchema, random: Random): unknown {
  if (properties === undefined) return { product_id: `p-${random.integer(100)}`, price: random.integer(100) }
  const chosen = Object.entries(properties).filter(([key]) => required.includes(key) || random.next() < 0.5)
  return Object.fromEntries(chosen.map(([key, value]) => [key, sampleSchema(value, random)]))
}

import type { QueryParameters } from '../database/database.ts'

/** Collects the values of a composed query: each gets a name of its own, equal values share one. */
export type ParameterBinder = {
  /** The placeholder that stands for the value in SQL. */
  bind(value: QueryParameters[string], type: string): string
  parameters(): QueryParameters
}

export function createParameterBinder(): ParameterBinder {
  const values: Record<string, QueryParameters[string]> = {}
  const placeholders = new Map<string, string>()
  return {
    bind: (value, type) => {
      const key = `${type} ${JSON.stringify(value)}`
      const known = placeholders.get(key)
      if (known !== undefined) return known
      const name = `value_${placeholders.size}`
      values[name] = value
      placeholders.set(key, `{${name}:${type}}`)
      return `{${name}:${type}}`
    },
    parameters: () => values,
  }
}

import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { isScope } from '../scopes.ts'

/** A route as the API's document tells of it, with the scope that it asks for. */
export const describeRoute: typeof jsonSchemaTransform = (given) => {
  const described = jsonSchemaTransform(given)
  const access = given.route.config?.access ?? ''
  if (!isScope(access) || described.schema.security !== undefined) return described
  return { ...described, schema: { ...described.schema, security: [{ secret: [access] }, {}] } }
}

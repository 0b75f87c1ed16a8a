import { isObject, type JsonObject, type QuarantinedCall, quarantine } from './segment/parsed-call.ts'

/** The type of the calls of a route, or `batch` where each call names its own. */
export type DeliveryRoute = 'batch' | 'identify' | 'track' | 'page' | 'screen' | 'group' | 'alias'

/**
 * The calls of one request's JSON. What a batch says once of all its calls (`context`, `sentAt`, `integrations`) is put
 * into each that does not say otherwise. Pure: the same JSON gives the same calls when it is read again from the journal.
 */
export function listCalls(route: DeliveryRoute, json: unknown): readonly unknown[] | QuarantinedCall {
  if (!isObject(json)) return quarantine('schema_violation', 'the body', 'an object', json)
  if (route !== 'batch') return [withoutKey({ ...json, type: route })]
  const { batch, context, sentAt, integrations } = json
  if (!Array.isArray(batch)) return quarantine('schema_violation', 'batch', 'a list of calls', batch)
  const shared = isObject(context) ? context : undefined
  return batch.map((call: unknown) => {
    if (!isObject(call)) return call
    return withoutKey({
      ...(sentAt !== undefined && { sentAt }),
      ...(integrations !== undefined && { integrations }),
      ...call,
      ...(shared !== undefined && {
        context: isObject(call.context) ? { ...shared, ...call.context } : shared,
      }),
    })
  })
}

/** The key is not the call's: it would be stored with it. */
function withoutKey(call: JsonObject): JsonObject {
  if (!('writeKey' in call)) return call
  const { writeKey: _, ...rest } = call
  return rest
}

import { z } from 'zod'
import { quarantineReasons } from '../../../core/event.ts'
import { errorSchema } from '../profile-schema.ts'

const id = z.string().max(255)
const time = z.string().describe('ISO 8601')
const object = z.record(z.string(), z.unknown())

/** What every call may state. These schemas are for the description alone: calls are read by `parseSegmentCall`. */
const head = {
  messageId: z.string().max(100).optional().describe('a repeat within 7 days is stored once'),
  userId: id.optional().describe('userId, anonymousId or both'),
  anonymousId: id.optional(),
  timestamp: time.optional(),
  originalTimestamp: time.optional(),
  sentAt: time.optional().describe('corrects the clock of the sender'),
  context: object.optional(),
  integrations: object.optional(),
}
const key = { writeKey: z.string().optional().describe('instead of basic authentication') }

const bodies = {
  identify: z.object({ ...head, traits: object.optional().describe('null takes a trait back') }),
  track: z.object({
    ...head,
    event: z.string().max(200).describe('e.g. Product Viewed, Product Added, Order Completed'),
    properties: object.optional(),
  }),
  page: z.object({
    ...head,
    name: z.string().optional(),
    category: z.string().optional(),
    properties: object.optional(),
  }),
  screen: z.object({ ...head, name: z.string().optional(), properties: object.optional() }),
  group: z.object({ ...head, groupId: id, traits: object.optional() }),
  alias: z.object({ ...head, previousId: id.describe('whoever went by it is userId') }),
}
type CallType = keyof typeof bodies

/** The body of a route by the type of its calls. */
export function describeBody(route: CallType | 'batch'): z.ZodType {
  if (route !== 'batch') return bodies[route].extend(key).meta({ description: 'at most 32 KB' })
  const types = Object.keys(bodies) as CallType[]
  const calls = types.map((type) => bodies[type].extend({ type: z.literal(type) }))
  return z
    .object({
      ...key,
      batch: z.array(z.union(calls)).max(2500),
      sentAt: time.optional(),
      context: object.optional().describe('of each call that does not say otherwise'),
      integrations: object.optional(),
    })
    .meta({ description: 'at most 500 KB as sent and 4 MB unpacked' })
}

const count = z.int().min(0)

export const answerSchema = z.object({
  success: z.literal(true),
  received: count.describe('stored + duplicate + quarantined'),
  stored: count,
  duplicate: count,
  quarantined: count,
  errors: z
    .array(
      z.object({
        index: count.describe('place in the batch'),
        messageId: z.string().optional(),
        reason: z.enum(quarantineReasons),
        detail: z.string(),
      }),
    )
    .describe('the calls that were set aside'),
})

export const refusalSchema = errorSchema.extend({
  success: z.literal(false),
  reason: z.string().describe('a word of the quarantine, unauthorised, overloaded, disk_full or stopping'),
})

const refusals: Readonly<Record<number, string>> = {
  400: 'the body holds no calls that can be read; it is set aside, and sending it again does not help',
  401: 'the write key is missing or unknown',
  403: 'a browser’s key may not do this',
  413: 'too many events or bytes at a time',
  429: 'the key sends too many events a second: again after Retry-After',
  503: 'the server is busy, full or stopping and took nothing: again after Retry-After',
}

/** The answers of a route that takes calls, by status. */
export function describeAnswers(): Readonly<Record<string, z.ZodType>> {
  const refused = Object.entries(refusals).map(([status, text]) => [status, refusalSchema.describe(text)])
  return {
    200: answerSchema.describe('every call is on disk: stored, a repeat or set aside'),
    ...Object.fromEntries(refused),
  }
}

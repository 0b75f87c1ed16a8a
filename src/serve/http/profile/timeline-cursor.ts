import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import type { TimelineOptions } from '../../../events/load-timeline.ts'

/** The line after which a page begins. */
type Place = NonNullable<TimelineOptions['before']>

const placeSchema = z.tuple([
  z.int().min(-9e15).max(9e15),
  z.string().min(1).max(500),
  z.int().min(0).max(4_294_967_295),
])
const checkLength = 6

/** A place in a timeline as a text that callers hand back as it is. */
export function writeCursor({ atMs, eventId, lineIndex }: Place): string {
  const place = JSON.stringify([atMs, eventId, lineIndex])
  return Buffer.from(`${checkOf(place)}${place}`).toString('base64url')
}

/** @throws AppError 'bad_input' for a text that `writeCursor` did not write. */
export function readCursor(cursor: string): Place {
  const text = Buffer.from(cursor, 'base64url').toString('utf8')
  const place = text.slice(checkLength)
  if (text.slice(0, checkLength) !== checkOf(place)) throw notACursor(cursor)
  const [atMs, eventId, lineIndex] = placeSchema.parse(JSON.parse(place))
  return { atMs, eventId, lineIndex }
}

/** Tells a cursor that lost or gained something on its way; it keeps nobody from writing one. */
function checkOf(place: string): string {
  return createHash('sha256').update(`timeline ${place}`).digest('hex').slice(0, checkLength)
}

function notACursor(received: string): AppError {
  return new AppError(
    'bad_input',
    { en: '`before` is no cursor of a timeline', zh: '`before` 不是时间线的游标' },
    {
      received: received.slice(0, 80),
      where: 'query/before',
      wayOut: {
        en: 'Give `next` of the page before as it is, or leave it out to begin with the latest event.',
        zh: '请原样使用上一页的 `next`，或省略它以从最新事件开始。',
      },
    },
  )
}

import type { EventLine, QuarantineReason } from '../../core/event.ts'
import type { IdentityStatement } from '../../core/identity.ts'
import type { NumberedEntry } from '../journal.ts'
import { listLineColumns } from '../line-columns.ts'
import { callImportIds } from '../quarantine.ts'
import type { ReadCall } from '../read-deliveries.ts'
import type { ItemStatement, TraitStatement } from '../segment/parsed-call.ts'

/** A line that is to be stored, with the number that its call has in the journal. */
export type LiveLine = { readonly line: EventLine; readonly rowNumber: number }

type SetAside = {
  readonly import_id: string
  readonly source: string
  readonly row_number: number
  readonly reason: QuarantineReason
  readonly detail: string
  readonly raw: string
  readonly at: Date
}

/** What a span of the journal says, sorted by where it goes. */
export type LiveCalls = {
  readonly lines: LiveLine[]
  readonly items: ItemStatement[]
  readonly traits: TraitStatement[]
  readonly links: IdentityStatement[]
  readonly quarantine: SetAside[]
}

/** More than a delivery can hold, so that every call has a number of its own. */
const callsPerEntry = 4096
const maxRawLength = 32 * 1024

/** Calls that were told before are left out, those refused go to quarantine whatever they say. */
export function sortCalls(
  entries: readonly NumberedEntry[],
  readOf: (entry: NumberedEntry) => readonly ReadCall[],
) {
  const sorted: LiveCalls = { lines: [], items: [], traits: [], links: [], quarantine: [] }
  for (const numbered of entries) {
    const { sequence, entry } = numbered
    if (entry.unreadable !== undefined) {
      const raw = Buffer.from(entry.body).toString('utf8')
      sorted.quarantine.push(setAside(numbered, 0, entry.unreadable, raw))
      continue
    }
    const repeated = new Set(entry.repeated)
    const refused = new Map(entry.refused?.map((each) => [each.index, each]))
    for (const [index, { call, parsed }] of readOf(numbered).entries()) {
      if (repeated.has(index)) continue
      const refusal = parsed.kind === 'quarantined' ? parsed : refused.get(index)
      if (refusal !== undefined)
        sorted.quarantine.push(setAside(numbered, index, refusal, JSON.stringify(call)))
      else if (parsed.kind === 'accepted') {
        const rowNumber = sequence * callsPerEntry + index
        for (const line of parsed.lines) sorted.lines.push({ line, rowNumber })
        sorted.items.push(...parsed.items)
        sorted.traits.push(...parsed.traits)
        sorted.links.push(...parsed.links)
      }
    }
  }
  return sorted
}

function setAside(
  { sequence, entry }: NumberedEntry,
  index: number,
  { reason, detail }: { readonly reason: QuarantineReason; readonly detail: string },
  raw: string,
): SetAside {
  return {
    import_id: entry.isHistoric ? callImportIds.historic : callImportIds.live,
    source: entry.source,
    row_number: sequence * callsPerEntry + index,
    reason,
    detail,
    raw: raw.slice(0, maxRawLength).toWellFormed(),
    at: new Date(entry.receivedAtMs),
  }
}

/** A row of `events`. */
export function toEventRow(
  { line, rowNumber }: LiveLine,
  { profileId, refundOf, extraMarks }: { profileId: string; refundOf: string; extraMarks: readonly string[] },
): object {
  const row: Record<string, unknown> = {
    ...listLineColumns(line),
    profile_id: profileId,
    source: line.source,
    import_id: 'live',
    row_number: rowNumber,
  }
  if (refundOf !== '') row.refund_of = refundOf
  if (line.marks.length + extraMarks.length > 0) row.marks = [...new Set([...line.marks, ...extraMarks])]
  return row
}

/** A row of `trait_statements`: the fact belongs to the user where one was named, else to the device. */
export function toTraitRow({
  userId,
  anonymousId,
  name,
  value,
  source,
  purpose,
  atMs,
}: TraitStatement): object {
  const [id_kind, id] = userId === '' ? ['anonymous_id', anonymousId] : ['user_id', userId]
  return { id_kind, id, name, value, source, purpose, at: atMs }
}

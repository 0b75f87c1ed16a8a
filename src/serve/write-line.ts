import type { TimelineLine } from '../events/load-timeline.ts'

/** A line of a history as it is answered; what it does not say is left out. */
export type WireLine = Pick<TimelineLine, 'eventId' | 'lineIndex' | 'kind'> & {
  readonly at: string
} & Partial<Omit<TimelineLine, 'atMs'>>

export function writeLine({ atMs, eventId, lineIndex, kind, ...rest }: TimelineLine): WireLine {
  const said = Object.entries(rest).filter(
    ([, value]) => value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0),
  )
  return { eventId, lineIndex, at: new Date(atMs).toISOString(), kind, ...Object.fromEntries(said) }
}

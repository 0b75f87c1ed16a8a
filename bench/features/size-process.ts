import { measureSize } from './measure-size.ts'

// A process for one size of the history, so that its memory is its own; arguments: events, rounds.
const [events, rounds] = process.argv.slice(2).map(Number)
process.send?.(await measureSize(events ?? 0, rounds ?? 0))
process.disconnect?.()

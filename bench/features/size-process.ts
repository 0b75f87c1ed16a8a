import { measureSize, type SizeJob } from './measure-size.ts'

// A process for one size of the history, so that its memory is its own.
process.on('message', async (job: SizeJob) => process.send?.(await measureSize(job)))

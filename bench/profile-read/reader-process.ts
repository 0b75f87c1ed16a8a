import { readFileSync } from 'node:fs'
import { createReader, type ReadJob } from './read-load.ts'

// A process that reads profiles, so that it takes no time of the one that it is measured by; argument: a file of ids.
const reader = createReader(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
process.on('message', async (job: ReadJob) => process.send?.(await reader.run(job)))

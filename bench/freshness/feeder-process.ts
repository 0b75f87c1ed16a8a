import { type FeedJob, feed } from './feed.ts'

// A process that feeds the server while another watches it.
process.on('message', async (job: FeedJob) => process.send?.(await feed(job)))

import { expect, test } from 'vitest'
import { pause } from './pause.ts'

test('a timer that is due has its turn within a pause, and a stop ends the work there', async () => {
  const stopper = new AbortController()
  setTimeout(() => stopper.abort(new Error('enough')), 0)
  const startedMs = performance.now()
  while (performance.now() - startedMs < 5);
  let steps = 0
  const work = async () => {
    for (; steps < 1000; steps++) await pause(stopper.signal)
  }
  await expect(work()).rejects.toMatchObject({ code: 'stopped' })
  expect(steps).toBeLessThan(10)
})

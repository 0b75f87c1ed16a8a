import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createLiveTeller } from './live-teller.ts'

test('a reader who does not read costs little memory and is told how much was left out', () => {
  const stream = new PassThrough()
  const tell = createLiveTeller(stream)
  for (let call = 0; call < 10_000; call++) tell({ call, text: 'x'.repeat(100) })
  expect(stream.readableLength + stream.writableLength).toBeLessThan(70_000)
  const before = String(stream.read())
  tell({ call: 'last' })
  const after = String(stream.read())
  const toldCount = [...before.matchAll(/^event: call$/gm)].length
  expect(after).toContain(`event: left_out\ndata: {"count":${10_000 - toldCount}}\n\nevent: call\n`)
  expect(after).toContain('"last"')
})

test('nothing is written to a stream that has ended', () => {
  const stream = new PassThrough()
  const tell = createLiveTeller(stream)
  stream.end()
  expect(() => tell({ call: 1 })).not.toThrow()
})

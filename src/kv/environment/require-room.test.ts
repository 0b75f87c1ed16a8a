import { expect, test } from 'vitest'
import { requireRoom } from './require-room.ts'

test('a compaction without room for a second file is refused with how much it needs', () => {
  const room = { path: '/data/journal', neededBytes: 300 * 2 ** 20, freeBytes: 120.7 * 2 ** 20 }
  expect(() => requireRoom(room)).toThrow(
    expect.objectContaining({
      code: 'disk_full',
      message: expect.stringContaining('it needs 300 MB, 120 MB are free'),
      where: '/data/journal',
      text: expect.objectContaining({ zh: expect.stringContaining('需要 300 MB') }),
    }),
  )
  requireRoom({ ...room, freeBytes: room.neededBytes })
})

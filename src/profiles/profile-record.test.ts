import { expect, test } from 'vitest'
import { decodeRecord, encodeRecord, type ProfileRecord } from './profile-record.ts'

const record: ProfileRecord = {
  formatVersion: 1,
  profileId: '张三-42',
  version: 300,
  position: { journalId: '0c5f8f8e-7b0c-4b5e-9df0-1d7d3b0f8a11', sequence: 70_000 },
  state: [[20_454, 3, -1, 12.5], [], ['茶 ☕', 1e-9, Number.NaN], 2 ** 53 - 1, ''],
  traits: [
    {
      name: 'city',
      value: '上海',
      source: 'web',
      purpose: 'service',
      atMs: 1_760_000_000_123,
      isOfUser: true,
      id: '张三-42',
    },
    {
      name: 'tier',
      value: '',
      source: 'till',
      purpose: '',
      atMs: 1_760_000_000_000,
      isOfUser: false,
      id: 'd1',
    },
  ],
  consents: [{ category: 'Advertising', isGranted: false, atMs: 1_760_000_000_000 }],
  updatedAtMs: 1_764_000_000_000,
}

/** Written by the first version that kept records. Never to be changed: such records lie in stores of people. */
const frozenFormat1 =
  'AZip5byg5LiJLTQyzQEs2SQwYzVmOGY4ZS03YjBjLTRiNWUtOWRmMC0xZDdkM2IwZjhhMTHOAAERcMtCeatpfoAAAJKXpGNpdHmm5LiK' +
  '5rW3o3dlYqdzZXJ2aWNly0J5nILMB7AAw6nlvKDkuIktNDKXpHRpZXKgpHRpbGygy0J5nILMAAAAwqJkMZGTq0FkdmVydGlzaW5nwstC' +
  'eZyCzAAAAJWUzU/mA//LQCkAAAAAAACQk6fojLYg4piVyz4RLgvoJtaVy3/4AAAAAAAAy0M/////////oA=='

test('a record of format 1 is read for ever', () => {
  expect(decodeRecord(Buffer.from(frozenFormat1, 'base64'))).toEqual(record)
})

test('a record comes back as it was', () => {
  expect(decodeRecord(encodeRecord(record))).toEqual(record)
})

test('a record of a newer version is refused with what to do', () => {
  const bytes = encodeRecord(record)
  bytes[0] = 2
  expect(() => decodeRecord(bytes)).toThrow(
    expect.objectContaining({
      code: 'bad_config',
      message: 'the profiles were written by a newer version: a record has the format 2',
      expected: '1..1',
      received: '2',
    }),
  )
})

test('damaged bytes are no record', () => {
  const bytes = encodeRecord(record)
  expect(decodeRecord(bytes.subarray(0, -1))).toBeUndefined()
  expect(decodeRecord(Buffer.concat([bytes, Buffer.of(0)]))).toBeUndefined()
  expect(decodeRecord(Buffer.of(1, 0x93, 1, 2, 3))).toBeUndefined()
  expect(decodeRecord(Buffer.of(0, 0))).toBeUndefined()
  expect(decodeRecord(Buffer.alloc(0))).toBeUndefined()
})

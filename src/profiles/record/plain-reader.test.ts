import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainData } from '../testing/plain-data.ts'
import { PlainReader } from './plain-reader.ts'
import { writePlain } from './plain-writer.ts'

const roundTrip = (value: unknown) => new PlainReader(writePlain(value)).read()
const hexOf = (value: unknown) => writePlain(value).toString('hex')

test('plain data comes back as it was, and takes all its bytes', () => {
  fc.assert(
    fc.property(plainData, plainData, (first, second) => {
      const reader = new PlainReader(Buffer.concat([writePlain(first), writePlain(second)]))
      expect([reader.read(), reader.isAtEnd, reader.read(), reader.isAtEnd]).toEqual([
        first,
        false,
        second,
        true,
      ])
    }),
    { numRuns: 500 },
  )
})

test('bytes are those of the specification of MessagePack', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ compact: true, schema: 0 }, '82a7636f6d70616374c3a6736368656d6100'],
    [[null, false, 127, 128, 256, 65_536, 2 ** 32], '97c0c27fcc80cd0100ce00010000cb41f0000000000000'],
    [[-1, -32, -33, -129, -32_769, -(2 ** 31)], '96ffe0d0dfd1ff7fd2ffff7fffd280000000'],
    [[1.5, -0], '92cb3ff8000000000000cb8000000000000000'],
    ['é画', 'a5c3a9e794bb'],
    [Uint8Array.of(1, 255), 'c40201ff'],
  ]
  for (const [value, hex] of cases) expect(hexOf(value)).toBe(hex)
})

test('every length of text, list, map and bytes is written in a way of its own and read back', () => {
  for (const length of [0, 15, 16, 31, 32, 48, 49, 255, 256, 65_535, 65_536]) {
    const list = Array.from({ length }, (_, index) => index)
    const map = Object.fromEntries(list.map((index) => [`name ${index}`, index]))
    for (const value of ['x'.repeat(length), '画'.repeat(length), new Uint8Array(length), list, map]) {
      expect(roundTrip(value)).toEqual(value)
    }
  }
})

test('a property that is undefined is left out, and half a letter becomes the sign for one that is missing', () => {
  expect(roundTrip({ a: undefined, b: 1 })).toEqual({ b: 1 })
  expect(Object.keys(roundTrip({ a: undefined }) as object)).toEqual([])
  expect(roundTrip('\ud83d')).toBe('\ufffd')
})

test('no name changes what an object inherits', () => {
  const value = JSON.parse('{"__proto__": {"isAdmin": true}, "constructor": 1}')
  const read = roundTrip(value) as object
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  expect(Object.keys(read)).toEqual(['__proto__', 'constructor'])
  expect('isAdmin' in read).toBe(false)
})

test("bytes that were read are nobody else's", () => {
  const bytes = writePlain([Uint8Array.of(1, 2)])
  const [read] = new PlainReader(bytes).read() as [Uint8Array]
  bytes.fill(0)
  expect([...read]).toEqual([1, 2])
})

test('bytes that end too early or begin no value that is written here are refused', () => {
  const whole = writePlain({ list: [1, 'text', Uint8Array.of(1), 2.5, 70_000] })
  for (let length = 0; length < whole.length; length++) {
    expect(() => new PlainReader(whole.subarray(0, length)).read()).toThrow('before a value does')
  }
  for (const tag of [0xc1, 0xc7, 0xca, 0xcf, 0xd3, 0xd4]) {
    expect(() => new PlainReader(Buffer.of(tag, 0, 0, 0, 0)).read()).toThrow(`begins with the byte ${tag}`)
  }
  expect(() => new PlainReader(Buffer.of(0x81, 1, 1)).read()).toThrow('a name must be a text')
})

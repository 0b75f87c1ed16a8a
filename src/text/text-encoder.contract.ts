import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TextVectorEncoder } from './text-encoder.ts'

/** What every encoder of texts must do. */
export function contractOfTextEncoder(name: string, open: () => Promise<TextVectorEncoder>): void {
  let encoder: TextVectorEncoder
  beforeAll(async () => {
    encoder = await open()
  }, 60_000)
  afterAll(() => encoder[Symbol.asyncDispose]())
  const texts = ['good quality', '', '质量 不错', 'good '.repeat(2000), '🎈 unheard-of', 'good quality']

  test(`${name}: one finite vector a text, of the width it tells, none for no texts`, async () => {
    const vectors = await encoder.encode(texts)
    expect(vectors.length).toBe(texts.length * encoder.width)
    expect(vectors.every(Number.isFinite)).toBe(true)
    expect(await encoder.encode([])).toEqual(new Float32Array(0))
  })

  test(`${name}: a text has the same vector whatever stands beside it, another text another one`, async () => {
    const vectors = await encoder.encode(texts)
    const at = (row: number) => vectors.subarray(row * encoder.width, (row + 1) * encoder.width)
    for (const [row, text] of texts.entries()) {
      const alone = await encoder.encode([text])
      for (const [column, value] of alone.entries()) expect(at(row)[column]).toBeCloseTo(value, 5)
    }
    expect(at(5)).toEqual(at(0))
    expect(at(2)).not.toEqual(at(0))
  })

  test(`${name}: it is known by one name, opened anew as well`, async () => {
    await using again = await open()
    expect(again.name).toBe(encoder.name)
    expect(again.width).toBe(encoder.width)
    expect(await again.encode(['good'])).toEqual(await encoder.encode(['good']))
  })

  test(`${name}: it stops where it is asked to`, async () => {
    await expect(encoder.encode(texts, AbortSignal.abort())).rejects.toMatchObject({ code: 'stopped' })
  })
}

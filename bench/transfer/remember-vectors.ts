import type { TextVectorEncoder } from '../../src/text/text-encoder.ts'

/** The same encoder, which reads no text twice. */
export function rememberVectors(encoder: TextVectorEncoder): TextVectorEncoder {
  const known = new Map<string, Float32Array>()
  return {
    ...encoder,
    async encode(texts, signal) {
      const fresh = [...new Set(texts)].filter((text) => !known.has(text))
      const made = await encoder.encode(fresh, signal)
      for (const [place, text] of fresh.entries())
        known.set(text, made.slice(place * encoder.width, (place + 1) * encoder.width))
      const vectors = new Float32Array(texts.length * encoder.width)
      for (const [row, text] of texts.entries()) vectors.set(known.get(text) ?? [], row * encoder.width)
      return vectors
    },
  }
}

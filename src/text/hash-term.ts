/** MurmurHash3 (x86, 32 bits; Appleby, 2011) over the UTF-8 bytes of a term. */
export function hashTerm(term: string, seed: number): number {
  const bytes = new TextEncoder().encode(term)
  const blockCount = bytes.length >> 2
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let hash = seed | 0
  for (let block = 0; block < blockCount; block++) {
    hash ^= scramble(view.getInt32(block * 4, true))
    hash = Math.imul(rotate(hash, 13), 5) + 0xe6546b64
  }
  let tail = 0
  for (let index = bytes.length - 1; index >= blockCount * 4; index--)
    tail = (tail << 8) | (bytes[index] ?? 0)
  hash ^= scramble(tail)
  return finish(hash ^ bytes.length)
}

/** One hash of two whole numbers of 32 bits, in their order: MurmurHash3 over their eight bytes. */
export function hashPair(first: number, second: number, seed: number): number {
  let hash = seed | 0
  for (const word of [first, second]) hash = Math.imul(rotate(hash ^ scramble(word), 13), 5) + 0xe6546b64
  return finish(hash ^ 8)
}

function finish(mixed: number): number {
  let hash = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function scramble(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits))
}

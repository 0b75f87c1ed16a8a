/**
 * Reads what `writePlain` wrote, one value after another. Texts, lists and bytes are copies: nothing of `bytes` is held.
 * @throws Error when the bytes end too early or hold a type of MessagePack that is not written here.
 */
export class PlainReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  read(): unknown {
    const tag = this.#readWide(1)
    if (tag < 0x80) return tag
    if (tag < 0x90) return this.#readMap(tag & 0x0f)
    if (tag < 0xa0) return this.#readList(tag & 0x0f)
    if (tag < 0xc0) return this.#readText(tag & 0x1f)
    if (tag >= 0xe0) return tag - 0x100
    return this.#readTagged(tag)
  }

  #readTagged(tag: number): unknown {
    switch (tag) {
      case 0xc0:
        return null
      case 0xc2:
        return false
      case 0xc3:
        return true
      case 0xcb:
        return this.#bytes.readDoubleBE(this.#take(8))
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#readWide(widthOf(tag - 0xcc))
      case 0xd0:
        return (this.#readWide(1) << 24) >> 24
      case 0xd1:
        return (this.#readWide(2) << 16) >> 16
      case 0xd2:
        return this.#readWide(4) | 0
      default:
        return this.#readSized(tag)
    }
  }

  #readSized(tag: number): unknown {
    switch (tag) {
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#readBytes(this.#readWide(widthOf(tag - 0xc4)))
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#readText(this.#readWide(widthOf(tag - 0xd9)))
      case 0xdc:
      case 0xdd:
        return this.#readList(this.#readWide(widthOf(tag - 0xdb)))
      case 0xde:
      case 0xdf:
        return this.#readMap(this.#readWide(widthOf(tag - 0xdd)))
      default:
        throw new Error(`no value begins with the byte ${tag}, at ${this.#at - 1}`)
    }
  }

  #readText(length: number): string {
    const start = this.#take(length)
    return this.#bytes.toString('utf8', start, this.#at)
  }

  #readBytes(length: number): Uint8Array {
    const start = this.#take(length)
    return new Uint8Array(this.#bytes.subarray(start, this.#at))
  }

  #readList(length: number): unknown[] {
    const values: unknown[] = []
    for (let index = 0; index < length; index++) values.push(this.read())
    return values
  }

  #readMap(length: number): Record<string, unknown> {
    const values: Record<string, unknown> = {}
    for (let index = 0; index < length; index++) {
      const name = this.read()
      const value = this.read()
      if (typeof name !== 'string') throw new Error(`a name must be a text, got ${typeof name}`)
      // An assignment to this one name would set what the object inherits from.
      if (name === '__proto__') Object.defineProperty(values, name, { value, ...ownProperty })
      else values[name] = value
    }
    return values
  }

  #readWide(width: 1 | 2 | 4): number {
    const at = this.#take(width)
    if (width === 1) return this.#bytes[at] ?? 0
    return width === 2 ? this.#bytes.readUInt16BE(at) : this.#bytes.readUInt32BE(at)
  }

  /** Where the next `count` bytes begin. */
  #take(count: number): number {
    const at = this.#at
    this.#at += count
    if (this.#at > this.#bytes.length)
      throw new Error(`the bytes end at ${this.#bytes.length}, before a value does`)
    return at
  }
}

const ownProperty = { enumerable: true, configurable: true, writable: true }

/** Tags that follow one another name lengths of one, two and four bytes. */
function widthOf(step: number): 1 | 2 | 4 {
  return step === 0 ? 1 : step === 1 ? 2 : 4
}

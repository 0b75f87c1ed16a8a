/**
 * Writes plain data as MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md): nil, booleans, numbers,
 * texts, Uint8Arrays, lists, and objects as maps of texts. A whole number takes the fewest bytes that hold it, any other
 * is a float of 64 bits. A property that is undefined is left out.
 * @throws Error for anything else, such as a Date: it would not come back as it was.
 */
export function writePlain(value: unknown): Buffer {
  const writer = new PlainWriter()
  writer.write(value)
  return writer.finish()
}

const firstBytes = 512
/** Texts up to this length are copied letter by letter while they are ASCII; a call of the runtime costs more. */
const shortLength = 48

class PlainWriter {
  #bytes = Buffer.allocUnsafe(firstBytes)
  #end = 0

  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#end))
  }

  write(value: unknown): void {
    if (typeof value === 'string') this.#writeText(value)
    else if (typeof value === 'number') this.#writeNumber(value)
    else if (typeof value === 'boolean') this.#writeByte(value ? 0xc3 : 0xc2)
    else if (value === null) this.#writeByte(0xc0)
    else if (Array.isArray(value)) this.#writeList(value)
    else if (value instanceof Uint8Array) this.#writeBytes(value)
    else if (isPlainObject(value)) this.#writeMap(value)
    else throw new Error(`only plain data can be kept, got ${describe(value)}`)
  }

  #writeNumber(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) this.#writeFloat(value)
    else if (value >= 0) this.#writeCount(value)
    else if (value >= -0x20) this.#writeByte(value & 0xff)
    else if (value >= -0x80) this.#writeWide(0xd0, 1, value & 0xff)
    else if (value >= -0x8000) this.#writeWide(0xd1, 2, value & 0xffff)
    else if (value >= -0x80000000) this.#writeWide(0xd2, 4, value >>> 0)
    else this.#writeFloat(value)
  }

  #writeCount(value: number): void {
    if (value < 0x80) this.#writeByte(value)
    else if (value < 0x100) this.#writeWide(0xcc, 1, value)
    else if (value < 0x10000) this.#writeWide(0xcd, 2, value)
    else if (value < 0x100000000) this.#writeWide(0xce, 4, value)
    else this.#writeFloat(value)
  }

  #writeFloat(value: number): void {
    const at = this.#take(9)
    this.#bytes[at] = 0xcb
    this.#bytes.writeDoubleBE(value, at + 1)
  }

  #writeText(text: string): void {
    if (text.length <= shortLength && this.#writeShortAscii(text)) return
    const length = Buffer.byteLength(text)
    if (length < 0x20) this.#writeByte(0xa0 | length)
    else this.#writeLength(length, [0xd9, 0xda, 0xdb])
    const at = this.#take(length)
    this.#bytes.write(text, at)
  }

  /** False, with nothing written, when a letter is not ASCII. */
  #writeShortAscii(text: string): boolean {
    const { length } = text
    const start = this.#end
    if (length < 0x20) this.#writeByte(0xa0 | length)
    else this.#writeWide(0xd9, 1, length)
    const at = this.#take(length)
    for (let index = 0; index < length; index++) {
      const letter = text.charCodeAt(index)
      if (letter > 0x7f) {
        this.#end = start
        return false
      }
      this.#bytes[at + index] = letter
    }
    return true
  }

  #writeBytes(bytes: Uint8Array): void {
    this.#writeLength(bytes.length, [0xc4, 0xc5, 0xc6])
    const at = this.#take(bytes.length)
    this.#bytes.set(bytes, at)
  }

  #writeList(values: readonly unknown[]): void {
    const { length } = values
    if (length < 0x10) this.#writeByte(0x90 | length)
    else this.#writeLength(length, [undefined, 0xdc, 0xdd])
    for (const value of values) this.write(value)
  }

  #writeMap(values: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(values).filter((name) => values[name] !== undefined)
    if (names.length < 0x10) this.#writeByte(0x80 | names.length)
    else this.#writeLength(names.length, [undefined, 0xde, 0xdf])
    for (const name of names) {
      this.#writeText(name)
      this.write(values[name])
    }
  }

  /** `tags` are those of lengths of one, two and four bytes; lists and maps have none of one. */
  #writeLength(length: number, tags: readonly [number | undefined, number, number]): void {
    if (length < 0x100 && tags[0] !== undefined) this.#writeWide(tags[0], 1, length)
    else if (length < 0x10000) this.#writeWide(tags[1], 2, length)
    else this.#writeWide(tags[2], 4, length)
  }

  #writeByte(byte: number): void {
    const at = this.#take(1)
    this.#bytes[at] = byte
  }

  #writeWide(tag: number, width: 1 | 2 | 4, value: number): void {
    const at = this.#take(1 + width)
    this.#bytes[at] = tag
    if (width === 1) this.#bytes[at + 1] = value
    else if (width === 2) this.#bytes.writeUInt16BE(value, at + 1)
    else this.#bytes.writeUInt32BE(value, at + 1)
  }

  /** Where `count` bytes more are free; the buffer may be another one from then on. */
  #take(count: number): number {
    const at = this.#end
    this.#end += count
    if (this.#end > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#end, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, at)
      this.#bytes = grown
    }
    return at
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  const name = typeof value === 'object' ? value?.constructor?.name : undefined
  return name ?? typeof value
}

import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'

const maxFooterBytes = 64 * 2 ** 20

/**
 * The names of the plain columns of a Parquet file, from its footer; nested ones are left out. Source: the Apache
 * Parquet format, `FileMetaData.schema` in Thrift's compact protocol.
 * @throws AppError `bad_file` when the footer cannot be read.
 */
export async function readParquetColumns(path: string): Promise<readonly string[]> {
  await using file = await open(path)
  const footer = await readFooter(file, path)
  try {
    return listColumns(footer)
  } catch (error) {
    throw brokenParquet(path, error)
  }
}

async function readFooter(file: FileHandle, path: string): Promise<Buffer> {
  const { size } = await file.stat()
  const tail = Buffer.alloc(8)
  if (size >= 12) await file.read(tail, 0, 8, size - 8)
  const length = tail.readUInt32LE(0)
  if (tail.toString('latin1', 4) !== 'PAR1' || length > Math.min(size - 12, maxFooterBytes)) {
    throw brokenParquet(path)
  }
  const footer = Buffer.alloc(length)
  await file.read(footer, 0, length, size - 8 - length)
  return footer
}

function brokenParquet(path: string, cause?: unknown): AppError {
  return new AppError(
    'bad_file',
    {
      en: `${basename(path)} begins as a Parquet file but does not end as one; it was cut off or is not whole`,
      zh: `${basename(path)} 开头是 Parquet，结尾却不是；文件被截断或不完整`,
    },
    { where: path, cause },
  )
}

type SchemaElement = { name: string; childCount: number }

function listColumns(footer: Buffer): string[] {
  const reader = createReader(footer)
  const elements: SchemaElement[] = []
  reader.readStruct((id, type) => {
    if (id === 2 && type === 9) reader.readList(() => elements.push(readElement(reader)))
    else reader.skip(type)
  })
  const root = elements[0]
  const columns: string[] = []
  let index = 1
  for (let count = 0; count < (root?.childCount ?? 0); count++) {
    const element = elements[index]
    if (element === undefined) throw new Error('the schema is cut off')
    if (element.childCount === 0) columns.push(element.name)
    index = skipElement(elements, index)
  }
  return columns
}

function readElement(reader: Reader): SchemaElement {
  const element: SchemaElement = { name: '', childCount: 0 }
  reader.readStruct((id, type) => {
    if (id === 4 && type === 8) element.name = reader.readText()
    else if (id === 5 && type === 5) element.childCount = reader.readInteger()
    else reader.skip(type)
  })
  return element
}

/** The index after an element and all below it. */
function skipElement(elements: readonly SchemaElement[], index: number): number {
  let next = index + 1
  for (let count = 0; count < (elements[index]?.childCount ?? 0); count++) next = skipElement(elements, next)
  return next
}

type Reader = ReturnType<typeof createReader>

/** Thrift's compact protocol, as much of it as a footer needs. */
function createReader(bytes: Buffer) {
  let offset = 0
  const readVarint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(offset++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const readInteger = (): number => {
    const value = readVarint()
    return Number((value >> 1n) ^ -(value & 1n))
  }
  const readStruct = (onField: (id: number, type: number) => void): void => {
    let id = 0
    for (;;) {
      const head = bytes.readUInt8(offset++)
      const type = head & 0x0f
      if (type === 0) return
      id = head >> 4 === 0 ? readInteger() : id + (head >> 4)
      onField(id, type)
    }
  }
  const readList = (onElement: (type: number) => void): void => {
    const head = bytes.readUInt8(offset++)
    const count = head >> 4 === 15 ? Number(readVarint()) : head >> 4
    for (let index = 0; index < count; index++) onElement(head & 0x0f)
  }
  const readText = (): string => {
    const length = Number(readVarint())
    offset += length
    return bytes.toString('utf8', offset - length, offset)
  }
  const skip = (type: number, isElement = false): void => {
    if (type === 1 || type === 2) offset += isElement ? 1 : 0
    else if (type === 3) offset += 1
    else if (type >= 4 && type <= 6) readVarint()
    else if (type === 7) offset += 8
    else if (type === 8) readText()
    else if (type === 9 || type === 10) readList((each) => skip(each, true))
    else if (type === 12) readStruct((_, each) => skip(each))
    else throw new Error(`no Thrift type ${type}`)
  }
  return { readInteger, readStruct, readList, readText, skip }
}

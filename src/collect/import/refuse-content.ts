import { basename } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { Bilingual } from '../../core/language.ts'

type Signature = { readonly start: string; readonly is: Bilingual; readonly wayOut: Bilingual }

const unpack: Bilingual = {
  en: 'Unpack it, or pack it with gzip, then import it.',
  zh: '请先解压，或改用 gzip 压缩，再导入。',
}
const saveAsUtf8: Bilingual = {
  en: 'Save it as UTF-8 (in Excel: "CSV UTF-8"), or convert it with `iconv -t UTF-8 -f` and its encoding (GB18030, WINDOWS-1252 …).',
  zh: '请另存为 UTF-8（Excel 中选“CSV UTF-8”），或用 `iconv -t UTF-8 -f` 加原编码（GB18030、WINDOWS-1252 等）转换。',
}
const saveAsCsv: Bilingual = {
  en: 'Save the sheet as "CSV UTF-8", then import that.',
  zh: '请将工作表另存为“CSV UTF-8”后导入。',
}
const oneObjectALine: Bilingual = {
  en: "Write one object a line: `jq -c '.[]' FILE > FILE.jsonl`.",
  zh: "请改为每行一个对象：`jq -c '.[]' FILE > FILE.jsonl`。",
}

/** First bytes (Latin-1) of what is no text, by the lists of the formats' own specifications. */
const signatures: readonly Signature[] = [
  { start: 'PK', is: { en: 'a zip or an Excel workbook', zh: 'zip 或 Excel 工作簿' }, wayOut: saveAsCsv },
  {
    start: '\xd0\xcf\x11\xe0',
    is: { en: 'an old Excel workbook', zh: '旧版 Excel 工作簿' },
    wayOut: saveAsCsv,
  },
  { start: '\x1f\x8b', is: { en: 'a gzip within a gzip', zh: 'gzip 中的 gzip' }, wayOut: unpack },
  { start: '\x28\xb5\x2f\xfd', is: { en: 'packed with zstd', zh: 'zstd 压缩文件' }, wayOut: unpack },
  { start: '\xfd7zXZ', is: { en: 'packed with xz', zh: 'xz 压缩文件' }, wayOut: unpack },
  { start: '7z\xbc\xaf', is: { en: 'packed with 7-Zip', zh: '7-Zip 压缩文件' }, wayOut: unpack },
  { start: 'BZh', is: { en: 'packed with bzip2', zh: 'bzip2 压缩文件' }, wayOut: unpack },
  { start: '\xff\xfe\0\0', is: { en: 'written in UTF-32', zh: 'UTF-32 编码' }, wayOut: saveAsUtf8 },
  { start: '\0\0\xfe\xff', is: { en: 'written in UTF-32', zh: 'UTF-32 编码' }, wayOut: saveAsUtf8 },
  { start: '\xff\xfe', is: { en: 'written in UTF-16', zh: 'UTF-16 编码' }, wayOut: saveAsUtf8 },
  { start: '\xfe\xff', is: { en: 'written in UTF-16', zh: 'UTF-16 编码' }, wayOut: saveAsUtf8 },
]

/**
 * Refuses, by its beginning, a text that could only be read as rubbish.
 * @throws AppError `bad_file` saying what the file is and what to do with it.
 */
export function refuseContent(path: string, head: Buffer): void {
  const start = head.toString('latin1', 0, 64)
  const found = signatures.find((each) => start.startsWith(each.start))
  if (found !== undefined) throw refusal(path, found.is, found.wayOut)
  const line = firstLine(head)
  if (line.includes(0)) {
    const is = { en: 'no text (or UTF-16 without its mark)', zh: '非文本文件（或无标记的 UTF-16）' }
    throw refusal(path, is, saveAsUtf8)
  }
  if (!head.includes(10) && /\r[^\r]/.test(head.toString('latin1', 0, 65_536))) {
    throw refusal(
      path,
      { en: 'a text whose lines end in CR alone, as on old Macs', zh: '仅以 CR 换行的文本（旧版 Mac 格式）' },
      {
        en: "Convert it: `tr '\\r' '\\n' < FILE > FILE.csv`.",
        zh: "请转换：`tr '\\r' '\\n' < FILE > FILE.csv`。",
      },
    )
  }
  if (/^(\ufeff|\xef\xbb\xbf)?\s*\[\s*(\{|$)/.test(start)) {
    throw refusal(path, { en: 'a JSON array', zh: 'JSON 数组' }, oneObjectALine)
  }
}

/** For a text that begins as a JSON object and has no line that is one. */
export function refuseSpreadJson(path: string): never {
  throw refusal(
    path,
    { en: 'JSON without one object a line', zh: '并非每行一个对象的 JSON' },
    {
      en: 'Write one object a line: `jq -c . FILE > FILE.jsonl`.',
      zh: '请改为每行一个对象：`jq -c . FILE > FILE.jsonl`。',
    },
  )
}

/** For a header whose names could not be read: every name would be mangled. */
export function refuseEncoding(path: string): never {
  throw refusal(path, { en: 'not UTF-8 in its header', zh: '表头不是 UTF-8 编码' }, saveAsUtf8)
}

/** For a text whose first line goes on and on: no header, no row. */
export function refuseEndlessLine(path: string): never {
  const is = { en: 'no table: its first line is longer than 1 MiB', zh: '非表格：首行超过 1 MiB' }
  throw refusal(path, is, oneObjectALine)
}

/** The bytes before the first line feed. */
export function firstLine(head: Buffer): Buffer {
  const end = head.indexOf(10)
  return head.subarray(0, end < 0 ? undefined : end)
}

function refusal(path: string, is: Bilingual, wayOut: Bilingual): AppError {
  const name = basename(path)
  return new AppError(
    'bad_file',
    { en: `${name} is ${is.en}`, zh: `${name} 是 ${is.zh}` },
    { where: path, wayOut },
  )
}

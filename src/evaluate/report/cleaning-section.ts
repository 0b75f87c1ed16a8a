import type { ImportedFile } from '../report-data.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'
import { words } from './words.ts'

/** What came in and what became of it, file by file; the sum is shown so that nobody has to believe it. */
export function cleaningSection(files: readonly ImportedFile[], reading: Reading): Html {
  return html`<section><h2>${reading.text(words.cleaning)}</h2>${files.map((file) => fileBlock(file, reading))}</section>`
}

function fileBlock(file: ImportedFile, reading: Reading): Html {
  const { say, count } = reading
  const sum = say(
    `${count(file.rowCount)} rows in = ${count(file.storedCount)} stored + ${count(file.duplicateCount)} repeats + ${count(file.quarantinedCount)} set aside`,
    `读入 ${count(file.rowCount)} 行 = 存储 ${count(file.storedCount)} + 重复 ${count(file.duplicateCount)} + 隔离 ${count(file.quarantinedCount)}`,
  )
  const rows = file.lines
    .filter((line) => line.count > 0)
    .map(
      (line) =>
        html`<tr><td>${reading.text(line.name)}</td><td class="number">${count(line.count)}</td><td><span class="tag ${line.action}">${reading.text(words[line.action])}</span></td></tr>`,
    )
  return html`<h3>${file.fileName} <small>${file.format}</small></h3><p class="sum">${sum}</p><table><thead><tr><th>${say('what', '内容')}</th><th class="number">${say('rows', '行数')}</th><th>${say('what we did', '处理方式')}</th></tr></thead><tbody>${rows}</tbody></table>`
}

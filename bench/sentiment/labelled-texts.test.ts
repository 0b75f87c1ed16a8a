import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readLabelledTexts } from './labelled-texts.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-labelled-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, body: string): string {
  const file = join(folder, name)
  writeFileSync(file, body)
  return file
}

test('texts of several columns are joined, rows without words left out', async () => {
  const file = write('a.csv', 'title,body,kind,good\nFine,,tea,1\n,"slow, dear",cup,0\n,,cup,0\n')
  expect(await readLabelledTexts({ file, texts: ['title', 'body'], label: 'good', group: 'kind' })).toEqual({
    texts: ['Fine', 'slow, dear'],
    labels: Uint8Array.of(1, 0),
    groups: ['tea', 'cup'],
  })
})

test('a label that is neither yes nor no is refused with what it was', async () => {
  const file = write('b.csv', 'body,stars\nFine,5\n')
  const asked = readLabelledTexts({ file, texts: ['body'], label: 'stars', group: undefined })
  await expect(asked).rejects.toMatchObject({ code: 'bad_usage', received: '5' })
})

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { replaceFile, writeWholeFile } from './whole-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-whole-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a file appears whole, in folders that are made for it', async () => {
  const path = join(folder, 'new', 'file.csv')
  const result = await writeWholeFile(path, async (append) => {
    await append('a\n')
    await append('b\n')
    expect(existsSync(path)).toBe(false)
    return 2
  })
  expect(result).toBe(2)
  expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
})

test('work that fails leaves the old file and nothing else', async () => {
  const path = join(folder, 'kept', 'file.csv')
  await writeWholeFile(path, (append) => append('old'))
  const failing = writeWholeFile(path, async (append) => {
    await append('new')
    throw new Error('stopped midway')
  })
  await expect(failing).rejects.toThrow('stopped midway')
  expect(readFileSync(path, 'utf8')).toBe('old')
  expect(readdirSync(join(folder, 'kept'))).toEqual(['file.csv'])
})

test('a place that cannot be written is named, with the reason', async () => {
  writeFileSync(join(folder, 'plain'), '')
  const path = join(folder, 'plain', 'file.csv')
  await expect(writeWholeFile(path, (append) => append(''))).rejects.toMatchObject({
    code: 'cannot_write',
    message: expect.stringContaining(`${path} cannot be written (E`),
  })
})

test('what writes a file itself is given a place beside, and the file is replaced when it is whole', async () => {
  const path = join(folder, 'beside', 'file.parquet')
  await replaceFile(path, async (fresh) => writeFileSync(fresh, 'old'))
  const failing = replaceFile(path, async (fresh) => {
    rmSync(fresh)
    throw new Error('stopped midway')
  })
  await expect(failing).rejects.toThrow('stopped midway')
  expect(readFileSync(path, 'utf8')).toBe('old')
  await replaceFile(path, async (fresh) => writeFileSync(fresh, 'new'))
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(readdirSync(join(folder, 'beside'))).toEqual(['file.parquet'])
})

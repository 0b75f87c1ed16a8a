import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { loadConfig } from './config.ts'
import { configDocument } from './config-document.ts'

const folder = mkdtempSync(join(tmpdir(), 'likeness-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('flags go before the environment, the environment before the file, the file before the defaults', async () => {
  writeFileSync(join(folder, 'some.json'), JSON.stringify({ port: 1, seed: 2, host: '::1' }))
  const config = await loadConfig(
    { port: '3' },
    { folder, file: 'some.json', environment: { LIKENESS_PORT: '4', LIKENESS_SEED: '5' } },
  )
  expect(config).toMatchObject({ port: 3, seed: 5, host: '::1', timeZone: 'UTC' })
  expect(config.data).toBe(join(folder, 'likeness-data'))
})

test('a TypeScript file configures too', async () => {
  writeFileSync(join(folder, 'likeness.config.ts'), 'const port: number = 99\nexport default { port }\n')
  expect(await loadConfig({}, { folder, environment: {} })).toMatchObject({ port: 99 })
})

test('an error names the key, where it came from and what was expected', async () => {
  const wrong = loadConfig({}, { folder, environment: { LIKENESS_TIME_ZONE: 'Mars/Olympus' } })
  await expect(wrong).rejects.toThrow(/timeZone \(LIKENESS_TIME_ZONE\): expected an IANA time zone/)
})

test('an unknown key is an error, not ignored', async () => {
  writeFileSync(join(folder, 'typo.json'), JSON.stringify({ prot: 1 }))
  await expect(loadConfig({}, { folder, file: 'typo.json', environment: {} })).rejects.toThrow(/prot/)
})

test('docs/configuration.md holds every key as the schema has it', async () => {
  const path = join(import.meta.dirname, '..', '..', 'docs', 'configuration.md')
  expect(await readFile(path, 'utf8')).toBe(configDocument())
})

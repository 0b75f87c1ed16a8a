import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

/** The table of docs/architecture.md as data: folder → folders it may import. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  math: ['core', 'math/metrics'],
  'math/metrics': ['core', 'math'],
  tensor: ['core', 'math', 'math/metrics'],
  text: ['core', 'math'],
  database: ['core'],
  kv: ['core'],
  collect: ['core', 'database', 'kv'],
  identity: ['core', 'database', 'kv'],
  events: ['core', 'database', 'kv'],
  catalog: ['core', 'database', 'kv'],
  features: ['core', 'math', 'math/metrics', 'text', 'database', 'events', 'catalog'],
  models: ['core', 'math', 'math/metrics', 'tensor', 'text', 'models/prepare'],
  'models/prepare': ['core', 'math', 'math/metrics', 'text'],
  profiles: ['core', 'database', 'kv', 'catalog', 'features'],
  evaluate: 'core math math/metrics events catalog features models models/prepare profiles'.split(' '),
  train:
    'core math math/metrics database events catalog features models models/prepare profiles evaluate'.split(
      ' ',
    ),
  privacy: ['core', 'database'],
  simulate: ['core', 'math'],
  client: [],
  snippet: [],
  serve: (
    'core database kv text collect identity events catalog features models models/prepare profiles train evaluate ' +
    'privacy simulate'
  ).split(' '),
}
/** Files of a folder that a folder outside the table's rule may read: of math, `serve/` takes only random numbers. */
const alsoMayImport: Readonly<Record<string, readonly string[]>> = { serve: ['math/random.ts'] }

const source = join(import.meta.dirname, '..', 'src')
type Import = { readonly from: string; readonly to: string }

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.replaceAll('\\', '/'))
}

function listImports(): Import[] {
  const pattern = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g
  return listFiles(source).flatMap((from) =>
    [...readFileSync(join(source, from), 'utf8').matchAll(pattern)].map((match) => ({
      from,
      to: relative(source, join(source, dirname(from), match[1] ?? '')).replaceAll('\\', '/'),
    })),
  )
}

/** The longest folder of the table that holds the file; undefined for files directly in src/. */
function folderOf(file: string): string | undefined {
  return Object.keys(mayImport)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0]
}

function breaks({ from, to }: Import): string | undefined {
  const [fromFolder, toFolder] = [folderOf(from), folderOf(to)]
  if (fromFolder === undefined || fromFolder === toFolder) return undefined
  if (toFolder === undefined) return `${from} imports ${to}, which is in no folder of the table`
  const isAllowed = mayImport[fromFolder]?.includes(toFolder) || alsoMayImport[fromFolder]?.includes(to)
  if (!isAllowed) return `${from} imports ${to}: ${fromFolder} may not import ${toFolder}`
  const isPrivate = to.slice(toFolder.length + 1).includes('/')
  return isPrivate ? `${from} imports ${to}, a private file of ${toFolder}` : undefined
}

test('every import follows the table of layers', () => {
  const imports = listImports()
  expect(imports.length).toBeGreaterThan(0)
  expect(imports.map(breaks).filter((text) => text !== undefined)).toEqual([])
})

test('every folder of src stands in the table', () => {
  const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  expect(folders.map((entry) => entry.name).filter((name) => mayImport[name] === undefined)).toEqual([])
})

test('the table catches a wrong direction and a private file', () => {
  expect(breaks({ from: 'math/a.ts', to: 'database/b.ts' })).toContain('may not import')
  expect(breaks({ from: 'serve/a.ts', to: 'collect/formats/b.ts' })).toContain('private')
  expect(breaks({ from: 'serve/a.ts', to: 'collect/b.ts' })).toBeUndefined()
})

test('the modules of src import each other without a cycle', () => {
  const edges = Map.groupBy(listImports(), (each) => each.from)
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    state.set(file, 'open')
    for (const each of edges.get(file) ?? []) visit(each.to, [...path, file])
    state.set(file, 'done')
  }
  for (const file of edges.keys()) visit(file, [])
  expect(cycles).toEqual([])
})

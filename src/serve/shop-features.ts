import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { checkDefinitions } from '../features/check-definitions.ts'
import { featureDefinitions } from '../features/definitions.ts'
import type { FeatureDefinition } from '../features/feature.ts'
import type { KeyValueStore, Table } from '../kv/key-value-store.ts'
import { featureSchema } from './feature-schema.ts'
import { findProblems } from './schema-problems.ts'

/** Where a definition comes from: with the program, from the shop's file, or through the API. */
type FeatureOrigin = 'shipped' | 'file' | 'api'

/** The features of a shop: those that ship and its own. */
export type ShopFeatures = {
  /** Each after those it is derived from. */
  all(): readonly FeatureDefinition[]
  originOf(name: string): FeatureOrigin | undefined
  /** Takes in one more, or replaces one that came through the API. @throws AppError 'bad_input'. */
  put(definition: FeatureDefinition): Promise<void>
  /** @throws AppError 'not_found', and 'bad_input' for one that others are derived from or that the file defines. */
  remove(name: string): Promise<void>
}

/** @throws AppError 'bad_config' for a file of definitions that cannot be read. */
export async function openShopFeatures(store: KeyValueStore, file: string): Promise<ShopFeatures> {
  const ofFile = await readFeaturesFile(resolve(file))
  const table: Table<FeatureDefinition> = store.table('feature_definitions', {
    values: 'json',
    keys: 'ordered',
  })
  const stored = () => [...table.entries()].map(({ value }) => value)
  const order = (ofApi: readonly FeatureDefinition[]) => [
    ...featureDefinitions,
    ...checkDefinitions([...ofFile, ...ofApi], featureDefinitions),
  ]
  let all = order(stored())
  const originOf = (name: string): FeatureOrigin | undefined => {
    if (featureDefinitions.some((each) => each.name === name)) return 'shipped'
    if (ofFile.some((each) => each.name === name)) return 'file'
    return table.has(name) ? 'api' : undefined
  }
  return {
    all: () => all,
    originOf,
    async put(definition) {
      const next = order([...stored().filter(({ name }) => name !== definition.name), definition])
      await store.write(() => table.put(definition.name, definition))
      all = next
    },
    async remove(name) {
      const origin = originOf(name)
      if (origin !== 'api') throw refuseRemoval(name, origin)
      const next = order(stored().filter((each) => each.name !== name))
      await store.write(() => table.remove(name))
      all = next
    },
  }
}

function refuseRemoval(name: string, origin: FeatureOrigin | undefined): AppError {
  if (origin === undefined)
    return new AppError('not_found', { en: `there is no feature '${name}'`, zh: `没有名为“${name}”的特征` })
  return new AppError(
    'bad_input',
    origin === 'file'
      ? { en: `'${name}' is defined by the shop's file`, zh: `“${name}”由店铺的定义文件给出` }
      : { en: `'${name}' ships with the program`, zh: `“${name}”为内置特征` },
    {
      wayOut: {
        en: 'Only features that were defined through the API are removed by it.',
        zh: '仅可删除通过 API 定义的特征。',
      },
    },
  )
}

/** The default export of the file, a list; nothing where there is no file. */
async function readFeaturesFile(path: string): Promise<readonly FeatureDefinition[]> {
  if (!existsSync(path)) return []
  const content = await importDefault(path)
  const [problem] = findProblems(z.array(featureSchema), content)
  if (problem === undefined) return z.array(featureSchema).parse(content)
  const where = `${path}: ${problem.path.join('.') || 'default export'}`
  throw new AppError('bad_config', problem.text, {
    where,
    wayOut: {
      en: 'The file exports a list: export default [{ name: …, source: "events", … }]; docs/features.md shows one.',
      zh: '该文件应导出列表：export default [{ name: …, source: "events", … }]，示例见 docs/features.md。',
    },
  })
}

async function importDefault(path: string): Promise<unknown> {
  try {
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default
  } catch (cause) {
    const reason = (cause as Error).message
    throw new AppError(
      'bad_config',
      { en: `${path} cannot be read: ${reason}`, zh: `无法读取 ${path}：${reason}` },
      { cause },
    )
  }
}

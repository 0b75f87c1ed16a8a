import type { Database } from '../database/database.ts'
import { sqlFile } from '../database/sql-file.ts'
import { groupParameters } from './pair-groups.ts'
import type { PairReading } from './pair-reading.ts'

const selectGroups = sqlFile(import.meta.url, './sql/pair-groups.sql')

/** Items and groups of items as numbers, given out as they are met. */
export type PairThings = {
  /** By number. */
  readonly ids: readonly string[]
  readonly isGroup: readonly boolean[]
  /** The number of an item's group, or of a group itself; -1 where an item is in none. */
  readonly groupOf: readonly number[]
  itemAt(id: string): number
  groupAt(name: string): number
}

/** The groups of what was bought or looked at; items become numbers when they are first asked for. */
export async function loadPairThings(database: Database, reading: PairReading): Promise<PairThings> {
  const { asOfMs, history, groups, signal } = reading
  const parameters = { cut_ms: asOfMs, history, ...groupParameters(groups) }
  const rows = await database.query<{ item_id: string; group_name: string }>(selectGroups, {
    parameters,
    ...(signal && { signal }),
  })
  return createPairThings(new Map(rows.map(({ item_id, group_name }) => [item_id, group_name])))
}

function createPairThings(groupNames: ReadonlyMap<string, string>): PairThings {
  const ids: string[] = []
  const isGroup: boolean[] = []
  const groupOf: number[] = []
  const items = new Map<string, number>()
  const groups = new Map<string, number>()
  const groupAt = (name: string): number => {
    const known = groups.get(name)
    if (known !== undefined) return known
    const thing = ids.push(name) - 1
    isGroup.push(true)
    groupOf.push(thing)
    groups.set(name, thing)
    return thing
  }
  const itemAt = (id: string): number => {
    const known = items.get(id)
    if (known !== undefined) return known
    const name = groupNames.get(id) ?? ''
    const group = name === '' ? -1 : groupAt(name)
    const thing = ids.push(id) - 1
    isGroup.push(false)
    groupOf.push(group)
    items.set(id, thing)
    return thing
  }
  return { ids, isGroup, groupOf, itemAt, groupAt }
}

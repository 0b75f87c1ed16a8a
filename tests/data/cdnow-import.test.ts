import { afterAll, beforeAll, expect, test } from 'vitest'
import { importFile } from '../../src/collect/import-file.ts'
import type { Database } from '../../src/database/database.ts'
import { createTestDatabase } from '../../src/database/test-database.ts'
import { contacts, datasetPath, importedAt, openPeople } from './datasets.ts'

let database: Database
let people: ReturnType<typeof openPeople>
beforeAll(async () => {
  database = await createTestDatabase()
  people = openPeople(database)
})
afterAll(async () => {
  await people[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const importCdnow = (name: string) =>
  importFile(database, {
    path: datasetPath(name),
    reading: { format: 'cdnow' },
    now: importedAt,
    timeZone: 'UTC',
    contacts,
    who: people.who,
  })

test('the sample has five columns, the master four and a header; a repeat is a real purchase', async () => {
  const sample = await importCdnow('cdnow-sample.txt.gz')
  expect(sample).toMatchObject({
    rowCount: 6_919,
    storedCount: 6_919,
    asStored: { customerCount: 2_357, orderCount: 6_919 },
  })
  const master = await importCdnow('cdnow-master.txt.gz')
  expect(master).toMatchObject({
    rowCount: 69_659,
    storedCount: 69_659,
    asStored: { customerCount: 23_570, orderCount: 69_659 },
  })
  expect(await importCdnow('cdnow-master.txt.gz')).toMatchObject({ storedCount: 0, duplicateCount: 69_659 })
  expect(
    await database.query(`SELECT at, quantity, price, amount FROM events
      WHERE profile_id = '00004' AND row_number <= 4 AND amount > 29.5 LIMIT 1`),
  ).toEqual([{ at: '1997-01-18T00:00:00.000Z', quantity: 2, price: 14.865, amount: 29.73 }])
})

import { afterAll, beforeEach, expect, test } from 'vitest'
import type { MappingInput } from './mapping.ts'
import { contacts, createTestImporter } from './testing/test-importer.ts'

const importer = await createTestImporter()
const { importText, importAs, select } = importer
afterAll(() => importer[Symbol.asyncDispose]())
beforeEach(() => importer.clear())

const call = (messageId: string, rest: object) =>
  JSON.stringify({ type: 'identify', timestamp: '2024-01-01T00:00:00Z', messageId, ...rest })

/** Everything that the tables hold of people, as one text. */
async function readPeople(): Promise<string> {
  const tables = ['trait_statements', 'identities', 'profile_overrides', 'events', 'items']
  const rows = await Promise.all(tables.map((table) => select(`SELECT * FROM ${table}`)))
  return JSON.stringify(rows)
}

test('of addresses and numbers that calls and tables state only hashes are stored', async () => {
  const calls = [
    call('m1', {
      userId: 'ann',
      anonymousId: 'd1',
      traits: { email: 'Planted-One@Shop.example', billing: { Phone: '+44 20 7946 0001' }, city: 'York' },
    }),
    call('m2', { userId: 'bob', traits: { email: 'planted two (at) shop', phone: '020 7946 0002' } }),
    call('m3', {
      userId: 'cat',
      traits: { email: 'planted-three@shop.example' },
      context: { purpose: 'advertising' },
    }),
  ]
  const mapping: MappingInput = {
    name: 'till',
    columns: { at: 'date', userId: 'customer', itemId: 'item' },
    traits: { email: 'mail', 'home.phone': 'number', town: 'town' },
  }
  const rows = [
    '2024-01-02,ann,tea,older@shop.example,+44 20 7946 0003,Leeds',
    '2024-01-03,ann,tea,PLANTED-ONE@shop.example,+44 20 7946 0003,Leeds',
    '2024-01-03,dan,cup,planted-four@shop.example,,Hull',
  ]
  await importAs('calls.jsonl', calls.join('\n'), 'segment')
  await importText('till.csv', ['date,customer,item,mail,number,town', ...rows].join('\n'), mapping)
  const kept = (await readPeople()).toLowerCase()
  for (const planted of ['planted', 'older@', 'shop.example', '7946', '79460']) {
    expect(kept).not.toContain(planted)
  }
  const hashOf = (kind: 'email' | 'phone', id: string) => contacts.identity({ kind, id }).id
  const annsAddress = hashOf('email', 'planted-one@shop.example')
  const traits = await select(
    'SELECT id, name, value, source FROM trait_statements FINAL ORDER BY id, name, source',
  )
  const ofAnn = { id: 'ann', name: 'email', value: `hmac:${annsAddress}` }
  expect(traits).toEqual(
    expect.arrayContaining([
      { ...ofAnn, source: 'segment' },
      { ...ofAnn, source: 'till' },
      { id: 'ann', name: 'town', value: 'Leeds', source: 'till' },
      { id: 'ann', name: 'home.phone', value: `hmac:${hashOf('phone', '+442079460003')}`, source: 'till' },
      {
        id: 'bob',
        name: 'email',
        value: `hmac:${hashOf('email', 'planted two (at) shop')}`,
        source: 'segment',
      },
    ]),
  )
  expect(traits).toHaveLength(11)
  expect(
    await select("SELECT id, profile_id FROM identities FINAL WHERE kind = 'email' AND profile_id = 'ann'"),
  ).toEqual([{ id: annsAddress, profile_id: 'ann' }])
})

test('where the purpose allows it an address is kept as it was stated, and as an id still as a hash', async () => {
  const line = call('m1', {
    userId: 'ann',
    traits: { email: 'Ann@Shop.example' },
    context: { purpose: 'service' },
  })
  await importAs('calls.jsonl', line, 'segment')
  expect(await select('SELECT value, purpose FROM trait_statements')).toEqual([
    { value: 'Ann@Shop.example', purpose: 'service' },
  ])
  expect(await select("SELECT id FROM identities WHERE kind = 'email'")).toEqual([
    { id: contacts.identity({ kind: 'email', id: 'ann@shop.example' }).id },
  ])
})

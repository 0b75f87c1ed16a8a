import { describe, expect, test } from 'vitest'
import { areaUnderRoc } from '../math/metrics/classification.ts'
import { rSquared } from '../math/metrics/regression.ts'
import { createRandom } from '../math/random.ts'
import type { EventSequences, SequenceEvent } from './event-sequences.ts'
import type { LearningRows, ModelRows } from './learner.ts'
import { type SequenceNetworkSettings, sequenceNetwork } from './sequence-network.ts'

const hour = 3_600_000
const quick: SequenceNetworkSettings = {
  ...sequenceNetwork.standard,
  moments: 10,
  width: 16,
  itemWidth: 8,
  dropout: 0,
  epochs: 12,
  learningRate: 0.01,
}

/** Rows without a column: nothing but events. */
function rowsOf(events: EventSequences): ModelRows & { readonly events: EventSequences } {
  return {
    featureNames: [],
    rowIds: events.sequences.map((_, row) => `r${row}`),
    values: new Float64Array(),
    events,
  }
}

type EventRows = LearningRows & { readonly dataset: ReturnType<typeof rowsOf> }

/** Shoppers who do the same things, in an order drawn by chance. */
function drawShoppers(rowCount: number, seed: string): EventRows & { readonly orders: string[][] } {
  const random = createRandom(seed)
  const orders = Array.from({ length: rowCount }, () =>
    random.shuffle(['search', 'cart_add', 'view', 'view', 'view', 'wishlist_add', 'review']),
  )
  const sequences = orders.map((kinds) =>
    kinds.map((kind, place): SequenceEvent => ({ kind, item: `i${random.integer(6)}`, atMs: place * hour })),
  )
  return {
    dataset: rowsOf({ sequences, asOfMs: orders.map(() => 10 * hour) }),
    labels: orders.map((kinds) => Number(kinds.indexOf('cart_add') > kinds.indexOf('search'))),
    orders,
  }
}

const control = () => ({ random: createRandom(5) })

for (const reader of ['recurrence', 'convolution'] as const)
  describe(`read by ${reader}`, () => {
    test('what only the order of events tells is learned: every count is the same for all', async () => {
      // Windows see what lies close: a cart right after a search.
      const labelOf = (kinds: readonly string[]) =>
        reader === 'recurrence'
          ? Number(kinds.indexOf('cart_add') > kinds.indexOf('search'))
          : Number(kinds.indexOf('cart_add') === kinds.indexOf('search') + 1)
      const known = drawShoppers(1500, 'known')
      const fresh = drawShoppers(600, 'fresh')
      const rows = { dataset: known.dataset, labels: known.orders.map(labelOf) }
      await using model = await sequenceNetwork.fit({ kind: 'chance' }, rows, { ...quick, reader }, control())
      const said = await model.predict(fresh.dataset)
      expect(areaUnderRoc(fresh.orders.map(labelOf), said)).toBeGreaterThan(0.97)
    })

    test('which items and how long ago are read; unknown ones, and shoppers without events, get an answer', async () => {
      const random = createRandom('items')
      const draw = (rowCount: number): LearningRows => {
        const worths = Array.from({ length: rowCount }, () => [random.integer(20), random.integer(20)])
        const ages = worths.map(() => random.integer(60))
        const dataset = rowsOf({
          sequences: worths.map((items) =>
            items.map((item, at) => ({ kind: 'view', item: `i${item}`, atMs: at })),
          ),
          asOfMs: ages.map((days) => days * 24 * hour + 10),
        })
        const labels = worths.map(([a = 0, b = 0], row) => (a % 5) + (b % 5) - Math.log1p(ages[row] ?? 0))
        return { dataset, labels }
      }
      const [known, fresh] = [draw(1500), draw(500)]
      const settings = { ...quick, reader, moments: 4, epochs: 25 }
      await using model = await sequenceNetwork.fit({ kind: 'amount' }, known, settings, control())
      expect(rSquared(fresh.labels, await model.predict(fresh.dataset))).toBeGreaterThan(0.9)
      const strange = await model.predict(
        rowsOf({
          sequences: [[], [{ kind: 'never seen', item: 'nor this', atMs: 0 }]],
          asOfMs: [0, 5],
        }),
      )
      expect(strange.every(Number.isFinite)).toBe(true)
    })

    test('saved and loaded it says the same to the bit, and the same seed gives the same model', async () => {
      const rows = drawShoppers(120, 'saved')
      const settings = { ...quick, reader, epochs: 2 }
      for (const task of [{ kind: 'chance' }, { kind: 'class', classCount: 2 }, { kind: 'count' }] as const) {
        await using model = await sequenceNetwork.fit(task, rows, settings, control())
        await using again = await sequenceNetwork.fit(task, rows, settings, control())
        const saved = model.save()
        expect(again.save()).toEqual(saved)
        await using read = await sequenceNetwork.load({
          ...saved,
          card: JSON.parse(JSON.stringify(saved.card)),
        })
        expect(await read.predict(rows.dataset)).toEqual(await model.predict(rows.dataset))
      }
    })
  })

test('what comes long before the moments that are read changes nothing but how many events there are', async () => {
  const rows = drawShoppers(100, 'long')
  await using model = await sequenceNetwork.fit(
    { kind: 'chance' },
    rows,
    { ...quick, moments: 3, epochs: 1 },
    control(),
  )
  const { events } = rows.dataset
  const other = events.sequences.map((own) =>
    own.map((event, place) => (place < 3 ? { ...event, kind: 'x', item: 'y' } : event)),
  )
  expect(await model.predict(rowsOf({ ...events, sequences: other }))).toEqual(
    await model.predict(rows.dataset),
  )
})

test('events out of order, after their moment or of other counts are refused, with where', async () => {
  const rows = drawShoppers(20, 'wrong')
  const { events } = rows.dataset
  const learn = (changed: Partial<typeof events>) =>
    sequenceNetwork.fit(
      { kind: 'chance' },
      { ...rows, dataset: { ...rows.dataset, events: { ...events, ...changed } } },
      quick,
      control(),
    )
  await expect(learn({ asOfMs: [] })).rejects.toMatchObject({ code: 'bad_input' })
  await expect(learn({ asOfMs: events.sequences.map(() => 2 * hour) })).rejects.toMatchObject({
    code: 'bad_input',
    where: 'row 0, event 3',
  })
  await expect(learn({ sequences: events.sequences.map((own) => own.toReversed()) })).rejects.toMatchObject({
    code: 'bad_input',
    where: 'row 0, event 1',
  })
  const { events: _, ...bare } = rows.dataset
  await expect(
    sequenceNetwork.fit({ kind: 'chance' }, { ...rows, dataset: bare }, quick, control()),
  ).rejects.toThrow(/needs the events/)
})

test('no rows, one class, wrong labels, impossible settings, a signal and damaged parts are told', async () => {
  const rows = drawShoppers(20, 'told')
  const learn = (
    changed: Partial<LearningRows>,
    settings: Partial<SequenceNetworkSettings> = {},
    signal?: AbortSignal,
  ) =>
    sequenceNetwork.fit(
      { kind: 'chance' },
      { ...rows, ...changed },
      { ...quick, epochs: 1, ...settings },
      { ...control(), signal },
    )
  const none = { dataset: rowsOf({ sequences: [], asOfMs: [] }), labels: [] }
  await expect(learn(none)).rejects.toMatchObject({ code: 'too_little_data' })
  await expect(learn({ labels: rows.orders.map(() => 1) })).rejects.toMatchObject({ code: 'too_little_data' })
  await expect(learn({ labels: rows.orders.map(() => 0.5) })).rejects.toMatchObject({ code: 'bad_input' })
  await expect(learn({}, { kernel: 0 })).rejects.toThrow("the setting 'kernel' does not fit")
  await expect(learn({}, {}, AbortSignal.abort())).rejects.toMatchObject({ code: 'stopped' })
  await using model = await learn({})
  const saved = model.save()
  for (const broken of [
    { ...saved, parts: {} },
    { ...saved, card: {} },
    { ...saved, kind: 'perceptron' },
  ])
    await expect(sequenceNetwork.load(broken)).rejects.toMatchObject({ code: 'bad_config' })
})

import { expect, test } from 'vitest'
import { prepareColumns } from '../testing/prepare-columns.ts'

const at = [Date.parse('2026-11-29T18:30:00Z'), Date.parse('2024-02-29T00:00:00Z'), Number.NaN]

test('the parts are those of the clocks of the zone: Sunday evening in London is Monday morning in Shanghai', () => {
  const settings = { kind: 'dates', form: 'number' } as const
  const london = prepareColumns({ ...settings, timeZone: 'Europe/London' }, { at }, { kind: 'moment' })
  expect(london.trained).toEqual({
    'at:year': [2026, 2024, Number.NaN],
    'at:month': [11, 2, Number.NaN],
    'at:weekday': [7, 4, Number.NaN],
    'at:hour': [18, 0, Number.NaN],
  })
  const shanghai = prepareColumns({ ...settings, timeZone: 'Asia/Shanghai' }, { at }, { kind: 'moment' })
  expect(shanghai.trained['at:weekday']?.[0]).toBe(1)
  expect(shanghai.trained['at:hour']?.[0]).toBe(2)
  expect(shanghai.lines[0]).toEqual({
    en: "'at': year, month, weekday, hour in Asia/Shanghai; training 2024-02-29 … 2026-11-29",
    zh: '“at”：Asia/Shanghai 时区的年、月、星期、小时；训练数据 2024-02-29 … 2026-11-29',
  })
})

test('what comes round again lies on a circle: six in the morning is a quarter of it', () => {
  const settings = { kind: 'dates', parts: ['hour', 'month'], form: 'circle' } as const
  const moments = ['2026-01-05T06:00Z', '2026-07-05T12:00Z', '2026-04-05T22:30Z'].map((text) =>
    Date.parse(text),
  )
  const { trained } = prepareColumns(settings, { at: moments }, { kind: 'moment' })
  const rounded = Object.fromEntries(
    Object.entries(trained).map(([name, cells]) => [
      name,
      cells.map((cell) => Number(Number(cell).toFixed(6))),
    ]),
  )
  expect(rounded).toEqual({
    'at:hour:sin': [1, -0 + 0, -0.382683],
    'at:hour:cos': [0, -1, 0.92388],
    'at:month:sin': [0, 0, 1],
    'at:month:cos': [1, -1, 0],
  })
})

test('a moment that no calendar has is missing', () => {
  const { trained } = prepareColumns(
    { kind: 'dates', parts: ['year'] },
    { at: [9e15, 0] },
    { kind: 'moment' },
  )
  expect(trained['at:year']).toEqual([Number.NaN, 1970])
})

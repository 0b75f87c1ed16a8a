import { expect, test } from 'vitest'
import { importFormats, mappingOf } from './import-formats.ts'
import { parseMapping } from './mapping.ts'

test('every built-in table is a mapping', () => {
  for (const format of importFormats) if (format !== 'segment') expect(mappingOf(format).name).toBe(format)
})

test('a wrong key is named with what it may be', () => {
  const valid = { name: 'orders', columns: { at: 'date' } }
  const cases: readonly (readonly [unknown, string | RegExp])[] = [
    [
      { ...valid, columns: { at: 'date', itemid: 'x' } },
      'columns.itemid: no such field; choose from at, userId',
    ],
    [{ ...valid, columns: { userId: 'x' } }, 'columns.at: must name the column of the time'],
    [{ ...valid, colums: {} }, 'colums'],
    [{ ...valid, name: 'My Orders' }, 'name: must be lower-case letters'],
    [{ ...valid, timeZone: 'Mars' }, 'timeZone: must be an IANA time zone'],
    ...['', 'qqq', "d 'of", 'yyyy-MM-dd z', '2024'].map(
      (dateFormat) => [{ ...valid, dateFormat }, 'dateFormat: must be `auto` or a Joda pattern'] as const,
    ),
    [{ ...valid, constants: { kind: 'buy' } }, 'constants.kind: buy is none of view'],
    [{ ...valid, notePattern: '(' }, 'notePattern: must be a regular expression'],
    [{ ...valid, notePattern: '(?=a)' }, 'notePattern: must be a regular expression'],
    [{ ...valid, lineTypes: [{ type: 'postage' }] }, 'lineTypes.0.type'],
    [{ ...valid, absent: { cupon: ['0'] } }, 'absent.cupon: no such field'],
    [{ ...valid, absent: { coupon: [] } }, 'absent.coupon'],
    [
      { ...valid, columns: { at: 'date', itemCategory: 'x' }, categoryLevels: ['y'] },
      'categoryLevels: stands instead of itemCategory',
    ],
    [{ name: 'stock', rows: 'items', columns: { name: 'x' } }, 'columns.itemId: must name the column'],
    [{ name: 'panel', rows: 'people', columns: { userId: 'x' } }, 'traits: must name the columns'],
    [
      {
        name: 'panel',
        rows: 'people',
        columns: { itemId: 'x' },
        traits: { age: 'y' },
        categoryLevels: ['z'],
      },
      /itemId: no such field; choose from userId, anonymousId, at; columns.userId: must name .*people have no category/,
    ],
    ['text', 'expected object'],
  ]
  expect(parseMapping({ ...valid, dateFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSZ" }).dateFormat).toContain('SSS')
  for (const [value, message] of cases) expect(() => parseMapping(value)).toThrow(message)
})

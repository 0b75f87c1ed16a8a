import { expect, test } from 'vitest'
import { plainTitles } from './plain-titles.ts'

const item = (brand: string, name: string, nameZh: string) => ({ brand, name, nameZh })

test('the brand in front is taken off in both languages', () => {
  const titles = plainTitles([
    item('Hearthline', 'Hearthline Saucepan', '炉语奶锅'),
    item('Hearthline', 'Hearthline Skillet', '炉语平底锅'),
    item('Sonavo', 'Sonavo Phone Case', '声沃手机壳'),
  ])
  expect(titles[0]).toEqual({ en: 'Saucepan', zh: '奶锅' })
  expect(titles[1]).toEqual({ en: 'Skillet', zh: '平底锅' })
  // One item says nothing of where a Chinese brand ends.
  expect(titles[2]).toEqual({ en: 'Phone Case', zh: '声沃手机壳' })
})

test('names stay whole without a brand, where nothing would be left, and where they begin differently', () => {
  expect(plainTitles([item('', 'Red bag', '红包'), item('', 'Red box', '红盒')])[0]).toEqual({
    en: 'Red bag',
    zh: '红包',
  })
  expect(plainTitles([item('Acme', 'Lamp', ''), item('Acme', 'Lamp', '')])[0]).toEqual({ en: 'Lamp', zh: '' })
  expect(plainTitles([item('Acme', 'Tea pot', ''), item('Acme', 'Kettle', '')])[0]?.en).toBe('Tea pot')
})

import type { Bilingual } from '../core/language.ts'

/** What a title is read from; a text that is absent is empty. */
export type TitledItem = { readonly name: string; readonly nameZh: string; readonly brand: string }

/**
 * Titles without the brand in front, which says who made a thing and not what it is. Where several items share a brand,
 * whatever begins all their names in a language is taken for the brand in that language (炉语奶锅, 炉语炖锅 → 炉语).
 */
export function plainTitles(items: readonly TitledItem[]): Bilingual[] {
  const byBrand = new Map<string, TitledItem[]>()
  for (const item of items) byBrand.set(item.brand, [...(byBrand.get(item.brand) ?? []), item])
  const prefixes = new Map(
    [...byBrand]
      .filter(([brand, own]) => brand !== '' && own.length > 1)
      .map(([brand, own]) => [brand, { en: sharedPrefix(own, 'name'), zh: sharedPrefix(own, 'nameZh') }]),
  )
  return items.map(({ name, nameZh, brand }) => {
    const { en = 0, zh = 0 } = prefixes.get(brand) ?? {}
    const isNamed = en === 0 && brand !== '' && name.startsWith(`${brand} `)
    return { en: name.slice(isNamed ? brand.length + 1 : en), zh: nameZh.slice(zh) }
  })
}

/** How many characters begin every name; 0 where one of them is nothing more, or has no name. */
function sharedPrefix(items: readonly TitledItem[], field: 'name' | 'nameZh'): number {
  const [first = '', ...others] = items.map((item) => item[field])
  let length = first.length
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length--
  // A Latin name breaks between words: "Hearthline S(aucepan)", "Hearthline S(killet)".
  if (/[a-z0-9]/i.test(first[length] ?? '') && /[a-z0-9]/i.test(first[length - 1] ?? ''))
    length = first.slice(0, length).lastIndexOf(' ') + 1
  return items.some((item) => item[field].length <= length) ? 0 : length
}

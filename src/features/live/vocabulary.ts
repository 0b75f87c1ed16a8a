import type { ContentDimension } from '../feature.ts'
import type { ItemFacts } from '../feature-line.ts'
import type { FittedConstants } from '../fitted-constants.ts'

/** The places of names in the fitted vocabularies and of prices in the fitted bands, from 1; 0 for what is in none. */
export type Places = {
  placeOf(of: ContentDimension, item: ItemFacts | undefined): number
  nameOf(of: ContentDimension, place: number): string
  topicPlaceOf(topic: string): number
  bandOf(price: number): number
}

export function createPlaces({ categories, brands, topics, priceBandEdges }: FittedConstants): Places {
  const names = { category: categories, brand: brands, topic: topics }
  const index = (list: readonly string[]) => new Map(list.map((name, position) => [name, position + 1]))
  const placesOf = { category: index(categories), brand: index(brands), topic: index(topics) }
  return {
    placeOf: (of, item) => (item === undefined ? 0 : (placesOf[of].get(item[of]) ?? 0)),
    nameOf: (of, place) => names[of][place - 1] ?? '',
    topicPlaceOf: (topic) => placesOf.topic.get(topic) ?? 0,
    bandOf: (price) => 1 + priceBandEdges.filter((edge) => price > edge).length,
  }
}

import type { Bilingual } from '../core/language.ts'
import type { Random } from '../math/random.ts'
import { accumulate, chooseIndex, entryAt } from './choose.ts'
import type { DepartmentWords, LeafWords } from './words/department-words.ts'
import { digitalDepartments } from './words/digital.ts'
import { familyDepartments } from './words/family.ts'
import { homeDepartments } from './words/home.ts'
import { outdoorDepartments } from './words/outdoor.ts'
import { splitPair } from './words/split-pair.ts'
import { styleDepartments } from './words/style.ts'

/** The broad categories, in the order of `TasteGroup.departmentShares`. */
export const departments: readonly DepartmentWords[] = [
  ...homeDepartments,
  ...digitalDepartments,
  ...familyDepartments,
  ...outdoorDepartments,
  ...styleDepartments,
]

/** A narrow category with its place in the broad one. */
export type Leaf = { readonly words: LeafWords; readonly departmentIndex: number; readonly name: Bilingual }

export const leaves: readonly Leaf[] = departments.flatMap((department, departmentIndex) =>
  department.leaves.map((words) => ({ words, departmentIndex, name: splitPair(words.name) })),
)

/** Cheapest to dearest; shoppers' budgets have the same steps. */
export const priceBandCount = 4
export const currency = 'CNY'

/** A product and what is true of it. */
export type Item = {
  readonly itemId: string
  readonly leafIndex: number
  readonly name: Bilingual
  readonly description: Bilingual | undefined
  readonly brand: Bilingual
  /** Among the brands of its department. */
  readonly brandIndex: number
  /** What it is, and of which kind: the words of searches. */
  readonly noun: Bilingual
  readonly style: Bilingual
  readonly price: number
  /** Left out of the catalogue, though it is sold at `price`. */
  readonly isPriceMissing: boolean
  /** 0 is the cheapest. */
  readonly priceBand: number
  /** How much it is wanted beside others of its category and price band. */
  readonly popularity: number
  /** Standard normal; good ones are rated better. */
  readonly quality: number
  /** While it is out of stock it is looked at but not bought. */
  readonly stockout: { readonly fromMs: number; readonly untilMs: number } | undefined
}

/** One item in fifty has no description, one in a hundred no price, one in twenty is out of stock for a while. */
export function buildCatalogue(
  itemCount: number,
  window: { readonly startMs: number; readonly endMs: number },
  random: Random,
): readonly Item[] {
  const offsets = leaves.map(() => random.integer(combinationCount))
  return Array.from({ length: itemCount }, (_, index) => {
    // 7 has no factor in common with the 30 leaves: even a small shop sells something of everything.
    const leafIndex = (index * 7) % leaves.length
    const rank = Math.floor(index / leaves.length)
    return drawItem({ index, leafIndex, rank, offset: entryAt(offsets, leafIndex), window }, random)
  })
}

/** One line of catalogue.jsonl. Texts in English and, with `_zh`, in Chinese; categories from broad to narrow. */
export function describeItem(item: Item): Readonly<Record<string, unknown>> {
  const leaf = entryAt(leaves, item.leafIndex)
  const department = splitPair(entryAt(departments, leaf.departmentIndex).name)
  return {
    product_id: item.itemId,
    name: item.name.en,
    name_zh: item.name.zh,
    ...(item.description && { description: item.description.en, description_zh: item.description.zh }),
    category: [department.en, leaf.name.en],
    category_zh: [department.zh, leaf.name.zh],
    brand: item.brand.en,
    brand_zh: item.brand.zh,
    ...(!item.isPriceMissing && { price: item.price, currency }),
    url: itemUrl(item),
  }
}

export function itemUrl(item: Item): string {
  return `https://shop.example/p/${item.itemId}`
}

/** Every leaf has 6 nouns, 5 styles and its department 4 brands; a test holds it. */
const combinationCount = 120
const priceBandWeights = accumulate([30, 35, 25, 10])
const priceBandFactors = [0.45, 0.8, 1.3, 2.4]
const dayMs = 86_400_000

type Place = {
  readonly index: number
  readonly leafIndex: number
  /** How many items its category has before it. */
  readonly rank: number
  readonly offset: number
  readonly window: { readonly startMs: number; readonly endMs: number }
}

function drawItem({ index, leafIndex, rank, offset, window }: Place, random: Random): Item {
  const leaf = entryAt(leaves, leafIndex)
  // 37 has no factor in common with 120: neighbours differ and no name repeats before all are used.
  const combination = (rank * 37 + offset) % combinationCount
  const priceBand = chooseIndex(priceBandWeights, random)
  const factor = entryAt(priceBandFactors, priceBand) * Math.exp(0.12 * random.normal())
  return {
    itemId: `P${String(index + 1).padStart(5, '0')}`,
    leafIndex,
    ...nameItem(leaf, combination, Math.floor(rank / combinationCount)),
    description: index % 50 === 17 ? undefined : describe(leaf.words, random),
    price: roundPrice(leaf.words.basePrice * factor),
    isPriceMissing: index % 100 === 42,
    priceBand,
    popularity: Math.exp(random.normal()),
    quality: random.normal(),
    stockout: index % 20 === 7 ? drawStockout(window, random) : undefined,
  }
}

function nameItem(
  leaf: Leaf,
  combination: number,
  edition: number,
): Pick<Item, 'name' | 'brand' | 'brandIndex' | 'noun' | 'style'> {
  const noun = splitPair(entryAt(leaf.words.nouns, combination % 6))
  const style = splitPair(entryAt(leaf.words.styles, Math.floor(combination / 6) % 5))
  const brandIndex = Math.floor(combination / 30)
  const brand = splitPair(entryAt(entryAt(departments, leaf.departmentIndex).brands, brandIndex))
  const suffix = edition === 0 ? '' : ` ${edition + 1}`
  return {
    name: {
      en: `${brand.en} ${style.en} ${noun.en}${suffix}`,
      zh: `${brand.zh}${style.zh}${noun.zh}${suffix}`,
    },
    brand,
    brandIndex,
    noun,
    style,
  }
}

function describe(words: LeafWords, random: Random): Bilingual {
  const first = random.integer(words.features.length)
  const second = (first + 1 + random.integer(words.features.length - 1)) % words.features.length
  const use = random.integer(words.uses.length)
  const parts = [words.features[first], words.features[second], words.uses[use]].map((pair) =>
    splitPair(pair ?? ''),
  )
  return {
    en: `${parts.map((part) => part.en).join('. ')}.`,
    zh: `${parts.map((part) => part.zh).join('。')}。`,
  }
}

function drawStockout(window: Place['window'], random: Random): Item['stockout'] {
  const lengthMs = (10 + random.integer(20)) * dayMs
  const fromMs = Math.floor(window.startMs + random.next() * (window.endMs - window.startMs - lengthMs))
  return { fromMs, untilMs: fromMs + lengthMs }
}

/** 18.9, 129.9, 459: prices as shops write them. */
function roundPrice(price: number): number {
  return price < 200 ? (Math.max(1, Math.round(price)) * 10 - 1) / 10 : Math.round(price / 10) * 10 - 1
}

import { z } from 'zod'

const maxTextLength = 1_000
const maxShortLength = 255
const maxDescriptionLength = 20_000
const maxCategoryLevels = 10
const maxMoney = 1e13

const pathExpected = `expected a list or a path of at most ${maxCategoryLevels} levels and ${maxShortLength} characters each`

const scalar = z.union([z.string(), z.number(), z.boolean()], {
  error: 'expected a text, a number or a truth value',
})

/** Texts as shops send them: numbers too, with blanks around them. */
const text = (maxLength: number) =>
  scalar
    .transform((value) => String(value).trim().toWellFormed())
    .refine((value) => value.length <= maxLength, `expected at most ${maxLength} characters`)

const itemId = text(maxShortLength).refine(
  (id) => /^\P{Cc}+$/u.test(id),
  'expected an id without control characters',
)

const price = z
  .union([z.number(), z.string()], { error: 'expected a number' })
  .transform((value) => (typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)))
  .refine((value) => value >= 0 && value <= maxMoney, 'expected a number from 0 to 1e13')

const category = z
  .union([z.string(), z.array(scalar)], { error: pathExpected })
  .transform((path) => (typeof path === 'string' ? path.split(/[>/]/) : path.map(String)))
  .transform((levels) => levels.map((level) => level.trim().toWellFormed()).filter((level) => level !== ''))
  .refine(isPath, pathExpected)

const currency = z
  .string({ error: 'expected a currency' })
  .transform((code) => code.trim().toUpperCase())
  .refine((code) => /^[A-Z]{3}$/.test(code), 'expected a currency as three letters')

/** An item as a shop states it; what is absent, null or empty keeps what is known. */
export const itemSchema = z
  .looseObject({
    item_id: itemId.optional().describe('or product_id, or id'),
    product_id: itemId.optional(),
    id: itemId.optional(),
    name: text(maxTextLength).optional(),
    name_zh: text(maxTextLength).optional(),
    description: text(maxDescriptionLength).optional(),
    description_zh: text(maxDescriptionLength).optional(),
    category: category
      .optional()
      .describe('a list from the broadest to the narrowest, or `Kitchen > Tea`, or `Kitchen/Tea`'),
    category_zh: category.optional().describe('the same levels in Chinese'),
    brand: text(maxShortLength).optional(),
    price: price.optional(),
    currency: currency.optional(),
    attributes: z.record(z.string(), z.unknown()).optional(),
  })
  .describe('other keys with a text, a number or a truth value become attributes')

function isPath(levels: readonly string[]): boolean {
  return levels.length <= maxCategoryLevels && levels.every((level) => level.length <= maxShortLength)
}

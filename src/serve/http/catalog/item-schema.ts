import { z } from 'zod'

const maxTextLength = 1_000
const maxShortLength = 255
const maxDescriptionLength = 20_000
const maxCategoryLevels = 10
const maxMoney = 1e13

/** Texts as shops send them: numbers too, with blanks around them. */
const text = (maxLength: number) =>
  z
    .union([z.string(), z.number().transform(String), z.boolean().transform(String)])
    .transform((value) => value.trim().toWellFormed())
    .pipe(z.string().max(maxLength))

const itemId = text(maxShortLength).pipe(
  z
    .string()
    .min(1)
    .regex(/^\P{Cc}+$/u, 'no control characters'),
)

const price = z.union([
  z.number().min(0).max(maxMoney),
  z
    .string()
    .trim()
    .regex(/^\d{1,13}(\.\d+)?$/, 'a number of 0 or more')
    .transform(Number),
])

const category = z.union([
  z.array(text(maxShortLength)).max(maxCategoryLevels),
  text(maxTextLength).transform((path) => path.split(/[>/]/).map((level) => level.trim())),
])

const currency = z
  .string()
  .trim()
  .regex(/^[A-Za-z]{3}$/, 'three letters')
  .transform((code) => code.toUpperCase())

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
    brand: text(maxShortLength).optional(),
    price: price.optional(),
    currency: currency.optional(),
    attributes: z.record(z.string(), z.unknown()).optional(),
  })
  .describe('other keys with a text, a number or a truth value become attributes')

import type { MappingInput } from '../mapping.ts'

/** A catalogue as JSON lines, one item a line; keys besides these become attributes of the item. */
export const catalogue: MappingInput = {
  name: 'catalogue',
  rows: 'items',
  columns: {
    itemId: 'product_id',
    name: 'name',
    nameZh: 'name_zh',
    description: 'description',
    descriptionZh: 'description_zh',
    category: 'category',
    categoryZh: 'category_zh',
    brand: 'brand',
    price: 'price',
    currency: 'currency',
  },
  // Catalogues of before categories had two languages.
  optionalFields: ['categoryZh'],
  repeats: 'duplicate',
}

import type { MappingInput } from '../mapping.ts'

/** UCI's Online Retail: the invoice lines of a British gift shop, one row an item of an invoice. */
export const onlineRetail: MappingInput = {
  name: 'online-retail',
  columns: {
    orderId: 'InvoiceNo',
    itemId: 'StockCode',
    itemName: 'Description',
    quantity: 'Quantity',
    at: 'InvoiceDate',
    price: 'UnitPrice',
    userId: 'CustomerID',
    country: 'Country',
  },
  constants: { currency: 'GBP' },
  traits: { country: 'Country' },
  repeats: 'duplicate',
  userIdForm: 'integer',
  cancellation: { orderIdPrefix: 'C' },
  lineTypes: [
    { type: 'shipping', itemIds: ['POST', 'DOT', 'C2', 'C3'] },
    { type: 'fee', itemIds: ['BANK CHARGES', 'AMAZONFEE', 'CRUK'] },
    { type: 'discount', itemIds: ['D'] },
    { type: 'adjustment', itemIds: ['M', 'B', 'ADJUST', 'ADJUST2'] },
    { type: 'sample', itemIds: ['S'] },
    { type: 'gift_card', itemPattern: '(?i)^gift_' },
    { type: 'test', itemPattern: '(?i)^test' },
  ],
  // Names of goods are in capitals; the stock room writes `damages`, `?? missing`, `wet/rusty`.
  notePattern: "^[^A-Z]*$|\\?|^[A-Z]?[a-z][a-z &/.'-]*$",
}

import type { MappingInput } from '../mapping.ts'

/**
 * CDNOW's purchases (Fader & Hardie): columns of white space without a header; the sample has its own id between the
 * customer's and the date. A row is an order; two of the same day and value are two orders.
 */
export const cdnow: MappingInput = {
  name: 'cdnow',
  columnNames: [
    ['customer_id', 'date', 'number_of_cds', 'dollar_value'],
    ['customer_id', 'sample_id', 'date', 'number_of_cds', 'dollar_value'],
  ],
  delimiter: 'whitespace',
  columns: { userId: 'customer_id', at: 'date', quantity: 'number_of_cds', amount: 'dollar_value' },
  constants: { currency: 'USD' },
  repeats: 'real',
}

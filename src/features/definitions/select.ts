import type { Selection } from '../feature.ts'

/** Purchased products, line by line. */
export const boughtLines: Selection = { per: 'line', kinds: ['purchase'], lineTypes: ['product'] }
/** Products taken back, line by line. */
export const returnedLines: Selection = { per: 'line', kinds: ['refund'], lineTypes: ['product'] }
/** Orders with at least one product. */
export const orders: Selection = { per: 'order', kinds: ['purchase'] }
export const everything: Selection = { per: 'line' }

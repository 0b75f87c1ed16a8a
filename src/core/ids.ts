/** A branded string, so that a person cannot pass for an item: a product (a variant, where the shop sells variants). */
export type ItemId = string & { readonly brand: 'ItemId' }

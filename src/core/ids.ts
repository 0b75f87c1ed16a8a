/** The person a record is about. A branded string, so that an item cannot pass for a person. */
export type ProfileId = string & { readonly brand: 'ProfileId' }
/** A product (a variant, where the shop sells variants). */
export type ItemId = string & { readonly brand: 'ItemId' }

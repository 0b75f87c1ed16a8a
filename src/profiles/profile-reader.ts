import type { Profile } from './profile.ts'

/** Whose an id is, by what is known now. */
export type ResolvedId =
  | { readonly kind: 'known'; readonly profileId: string }
  /** Nobody named it yet. A user or device stands for itself, so that there may be a record all the same. */
  | { readonly kind: 'unheard'; readonly profileId?: string }
  /** Several people go by it, so that it names none of them. */
  | { readonly kind: 'shared' }
  /** It is none: an address that is no address. */
  | { readonly kind: 'malformed' }

/** JSON, and a tag that changes with it. */
export type ReadyAnswer = { readonly body: Buffer; readonly tag: string }

/** Where the records of people are read from within a request. */
export type ProfileReader = {
  /** Takes a profile's, user's or device's id, or any id with its kind (`email:ann@shop.example`). */
  resolve(id: string): ResolvedId
  /** The records in the order of the profile ids; undefined where there is none. */
  read(profileIds: readonly string[]): Promise<readonly (Profile | undefined)[]>
  /** The whole record as JSON, ready to be sent. */
  answer(profileId: string): Promise<ReadyAnswer | undefined>
}

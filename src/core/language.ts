/** The languages every text that a person sees exists in. */
export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

/** One text in both languages. */
export type Bilingual = { readonly en: string; readonly zh: string }

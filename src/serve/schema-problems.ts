import { z } from 'zod'
import type { Bilingual } from '../core/language.ts'

/** What is wrong with one value: where it is, and what was expected and came, as a sentence. */
export type SchemaProblem = { readonly path: readonly string[]; readonly text: Bilingual }

const locales = { en: z.locales.en().localeError, zh: z.locales.zhCN().localeError }

/** A check of one's own says in both languages what it expected: `refine(isX, expected('an x', '…'))`. */
export function expected(en: string, zh: string) {
  return { params: { expected: { en: `expected ${en}`, zh: `应为${zh}` } } }
}

/** Every problem that the schema has with the value, in both languages; none when it fits. */
export function findProblems(schema: z.ZodType, value: unknown): readonly SchemaProblem[] {
  const issuesIn = (language: keyof typeof locales) =>
    schema.safeParse(value, { error: locales[language] }).error?.issues ?? []
  const chinese = issuesIn('zh')
  return issuesIn('en').map((issue, index) => {
    const path = issue.path.map(String)
    const custom = issue.code === 'custom' ? (issue.params?.expected as Bilingual | undefined) : undefined
    const text = custom ?? { en: issue.message, zh: chinese[index]?.message ?? issue.message }
    if (issue.code === 'unrecognized_keys') return { path: issue.keys.slice(0, 1), text }
    return { path, text: withReceived(text, path, value) }
  })
}

/** Deeper and longer than these a value is not shown: one nested without end would overflow whoever writes it. */
const [shownDepth, shownEntries] = [3, 20]

function shorten(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) return '…'
  if (Array.isArray(value)) return value.slice(0, shownEntries).map((each) => shorten(each, depth - 1))
  const entries = Object.entries(value).slice(0, shownEntries)
  return Object.fromEntries(entries.map(([key, each]) => [key, shorten(each, depth - 1)]))
}

function withReceived(text: Bilingual, path: readonly string[], value: unknown): Bilingual {
  const came = path.reduce<unknown>(
    (part, key) => (part as Record<string, unknown> | undefined)?.[key],
    value,
  )
  // What is missing is said by the text itself; a secret is never shown.
  if (came === undefined || /password/i.test(path.join())) return text
  const shown = JSON.stringify(shorten(came, shownDepth)).slice(0, 80)
  return { en: `${text.en}, got ${shown}`, zh: `${text.zh}，收到 ${shown}` }
}

import { expect, test } from 'vitest'
import { z } from 'zod'
import { expected, findProblems } from './schema-problems.ts'

const schema = z.strictObject({
  port: z.coerce.number().max(65_535).default(1),
  password: z.string().default(''),
  zone: z
    .string()
    .refine((name) => name === 'UTC', expected('a zone', '时区'))
    .default('UTC'),
})

test('a value that fits has no problem', () => {
  expect(findProblems(schema, {})).toEqual([])
})

test('a problem says in both languages where it is, what was expected and what came', () => {
  const [problem] = findProblems(schema, { port: '99999' })
  expect(problem?.path).toEqual(['port'])
  expect(problem?.text.en).toBe('Too big: expected number to be <=65535, got "99999"')
  expect(problem?.text.zh).toMatch(/数值过大.*，收到 "99999"$/)
})

test('a check of one’s own speaks both languages', () => {
  const [problem] = findProblems(schema, { zone: 'Mars' })
  expect(problem?.text).toEqual({ en: 'expected a zone, got "Mars"', zh: '应为时区，收到 "Mars"' })
})

test('an unknown key is named, a secret never shown', () => {
  expect(findProblems(schema, { prot: 1 })[0]?.path).toEqual(['prot'])
  expect(findProblems(schema, { password: 12345 })[0]?.text.en).not.toContain('12345')
})

test('a value nested without end is shown as far as a person reads', () => {
  const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect(findProblems(schema, { port: JSON.parse(text) })[0]?.text.en).toMatch(/, got \[\[\["…"\]\]\]$/)
})

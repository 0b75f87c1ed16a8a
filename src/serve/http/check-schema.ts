import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { findProblems } from '../schema-problems.ts'

/** More are not told at a time. */
const maxProblems = 5

/** Checks what comes in by the schema of its route; whoever sent it is told what is wrong and where, in both languages. */
export const checkBySchema: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart = 'request' }) => {
  return (data: unknown) => {
    const { success, data: value } = schema.safeParse(data)
    if (success) return { value }
    const problems = findProblems(schema, data).slice(0, maxProblems)
    const say = (language: 'en' | 'zh') =>
      problems.map(({ path, text }) => [...path, text[language]].join(': ')).join('; ')
    const [first] = problems
    const where = [parts[httpPart] ?? httpPart, ...(first?.path ?? [])].join('/')
    return { error: new AppError('bad_input', { en: say('en'), zh: say('zh') }, { where }) }
  }
}

const parts: Readonly<Record<string, string>> = { querystring: 'query', params: 'path' }

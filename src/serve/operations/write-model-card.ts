import { extname } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { type Language, languages } from '../../core/language.ts'
import { renderModelCard, writeModelCard as writeMarkdown } from '../../evaluate/model-card.ts'
import { loadModelCard } from '../load-model-card.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import { writeWholeFile } from '../whole-file.ts'

type Written = { readonly file: string; readonly version: string }

/** `models card MODEL [--out FILE]`: a page or Markdown, as the file's ending has it. */
export const writeModelCard: Operation<{ key: string; out: string; lang: Language }, Written> = {
  name: 'models.card',
  input: z.object({ key: z.string().min(1), out: z.string().min(1), lang: z.enum(languages) }),
  run: async ({ key, out, lang }, { engine }) => {
    const ending = extname(out).toLowerCase()
    if (ending !== '.html' && ending !== '.md')
      throw new AppError(
        'bad_usage',
        {
          en: `a model card is no ${ending || 'file without an ending'}`,
          zh: `模型卡片不支持 ${ending || '无扩展名的文件'}`,
        },
        { expected: '.html, .md', received: out },
      )
    const card = await loadModelCard(engine, key)
    const text = ending === '.md' ? writeMarkdown(card, lang) : renderModelCard(card, lang)
    await writeWholeFile(out, (append) => append(text))
    return { file: out, version: card.version }
  },
  render: ({ file, version }, language) =>
    pick(language)(`The card of ${version} is ${file}.`, `${version} 的模型卡片已写入 ${file}。`),
}

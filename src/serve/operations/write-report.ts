import { z } from 'zod'
import { languages } from '../../core/language.ts'
import { buildReport } from '../build-report.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'
import { writeWholeFile } from '../whole-file.ts'

type Written = { readonly file: string; readonly bytes: number }

/** `report [--out FILE]`: one self-contained page. */
export const writeReport: Operation<{ out: string; lang: 'en' | 'zh' }, Written> = {
  name: 'report',
  input: z.object({ out: z.string().min(1), lang: z.enum(languages) }),
  run: async ({ out, lang }, { engine }) => {
    const page = await buildReport(engine, lang)
    await writeWholeFile(out, (append) => append(page))
    return { file: out, bytes: Buffer.byteLength(page) }
  },
  render: ({ file, bytes }, language) =>
    pick(language)(
      `The report is ${file} (${(bytes / 1e6).toFixed(1)} MB); open it in a browser.`,
      `报告已写入 ${file}（${(bytes / 1e6).toFixed(1)} MB），请用浏览器打开。`,
    ),
}

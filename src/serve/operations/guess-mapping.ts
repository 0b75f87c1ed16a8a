import { z } from 'zod'
import { type GuessedMapping, guessMapping as guess } from '../../collect/guess-mapping.ts'
import type { Operation } from '../operation.ts'
import { pick } from '../render.ts'

/** `import --guess FILE`: a mapping to start from, as JSON for `--map`. */
export const guessMapping: Operation<{ file: string }, GuessedMapping> = {
  name: 'import.guess',
  input: z.object({ file: z.string().min(1) }),
  startsEmpty: true,
  run: ({ file }, { signal }) => guess(file, signal),
  render: ({ mapping, otherColumns }, language) => {
    const note = pick(language)(
      `Columns left out: ${otherColumns.join(', ')}. Read it, save it, then import with --map.`,
      `未使用的列：${otherColumns.join('、')}。请检查并保存，然后用 --map 导入。`,
    )
    return otherColumns.length === 0
      ? JSON.stringify(mapping, null, 2)
      : `${JSON.stringify(mapping, null, 2)}\n\n${note}`
  },
}

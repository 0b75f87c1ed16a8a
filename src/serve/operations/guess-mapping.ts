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
  render: ({ mapping }) => JSON.stringify(mapping, null, 2),
  note: ({ otherColumns }, language) => {
    const say = pick(language)
    const left =
      otherColumns.length === 0
        ? ''
        : say(`Columns left out: ${otherColumns.join(', ')}. `, `未使用的列：${otherColumns.join('、')}。`)
    return `${left}${say('Read it, save it, then import with --map.', '请检查并保存，然后用 --map 导入。')}`
  },
}

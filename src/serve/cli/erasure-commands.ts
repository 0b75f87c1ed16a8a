import { AppError } from '../../core/errors.ts'
import { compactStorage } from '../operations/compact-storage.ts'
import { eraseProfile } from '../operations/erase-profile.ts'
import { exportProfile } from '../operations/export-profile.ts'
import { callOperation } from './call-operation.ts'
import type { Command, CommandArguments, Flag, Positional } from './command.ts'
import { textAt } from './read-arguments.ts'

const person: Positional = {
  notation: '<id>',
  meaning: {
    en: 'id of the profile, or of one of its users or devices',
    zh: '画像编号，或其任一用户、设备编号',
  },
}
const derived: Flag = {
  flag: '--derived',
  meaning: {
    en: 'features, scores, readings of texts and the live record; events and identities stay',
    zh: '特征、评分、文本解读与实时画像；事件与身份不在其内',
  },
}

/** The commands that hand out what is kept of a person, and get rid of it. */
export const erasureCommands: readonly Command[] = [
  {
    name: 'profile export',
    positional: [person],
    meaning: {
      en: 'all that was worked out about a person, as JSON',
      zh: '以 JSON 导出对某人的全部推算结果',
    },
    flags: [derived],
    toCall: ({ positional, flags }) =>
      callOperation(exportProfile, { id: textAt(positional, 0), scope: scopeOf(flags) }),
  },
  {
    name: 'profile erase',
    positional: [person],
    meaning: {
      en: 'remove what was worked out about a person; `compact` then takes it off the disk',
      zh: '删除对某人的推算结果；随后由 `compact` 从磁盘清除',
    },
    flags: [derived],
    toCall: ({ positional, flags }) =>
      callOperation(eraseProfile, { id: textAt(positional, 0), scope: scopeOf(flags) }),
  },
  {
    name: 'compact',
    meaning: {
      en: 'write what is alive anew, so that nothing erased is left on disk',
      zh: '重写现存数据，使已删除的内容不再留在磁盘上',
    },
    flags: [],
    toCall: () => callOperation(compactStorage, {}),
  },
]

/** What was worked out is all that can be taken out so far; the flag says that the caller knows. */
function scopeOf(flags: CommandArguments['flags']): 'derived' {
  if (flags.derived === true) return 'derived'
  throw new AppError(
    'bad_usage',
    {
      en: 'events and identities cannot be erased or exported yet, only what was worked out from them',
      zh: '目前只能删除或导出推算结果，事件与身份尚不支持',
    },
    { expected: '--derived' },
  )
}

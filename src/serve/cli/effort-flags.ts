import type { SearchEffort } from '../search-effort.ts'
import type { CommandArguments, Flag } from './command.ts'
import { numberOf } from './read-arguments.ts'

/** How hard models are looked for. */
export const efforts: readonly Flag[] = [
  {
    flag: '--thorough',
    meaning: {
      en: 'try more models (networks too) and more settings of each: minutes instead of seconds',
      zh: '尝试更多模型（含神经网络）与更多设置：耗时以分钟计',
    },
  },
  {
    flag: '--trials <n>',
    meaning: {
      en: 'settings tried of each model (default 3 to 4; 3 to 24 with --thorough)',
      zh: '每个模型尝试的设置数（默认 3 至 4；加 --thorough 为 3 至 24）',
    },
  },
  {
    flag: '--minutes <n>',
    meaning: {
      en: 'at most so long for the settings of each model; the result then depends on the machine',
      zh: '每个模型搜索设置的最长分钟数；结果会因机器而异',
    },
  },
]

export function readEffort(flags: CommandArguments['flags']): SearchEffort {
  const numberAt = (name: 'trials' | 'minutes') =>
    flags[name] === undefined ? undefined : numberOf(flags[name], 0, `--${name}`)
  return { thorough: flags.thorough === true, trials: numberAt('trials'), minutes: numberAt('minutes') }
}

import { resolve } from 'node:path'
import { checkModels } from '../operations/check-models.ts'
import { listModels } from '../operations/list-models.ts'
import { promoteModel, rollbackModel } from '../operations/promote-model.ts'
import { showModel } from '../operations/show-model.ts'
import { writeModelCard } from '../operations/write-model-card.ts'
import { callOperation } from './call-operation.ts'
import type { Command, Flag, Positional } from './command.ts'
import { textAt, textOf } from './read-arguments.ts'

const model: Positional = {
  notation: '<model>',
  meaning: { en: 'name or version', zh: '模型名称或版本' },
}

/** Of `train` and `models promote`. */
export const force: Flag = {
  flag: '--force',
  meaning: {
    en: 'use it even where it does not beat its baseline',
    zh: '即使未优于基准也使用',
  },
}

/** The commands of the registry. */
export const modelCommands: readonly Command[] = [
  {
    name: 'models ls',
    meaning: { en: 'every registered fit', zh: '列出所有已登记的模型' },
    flags: [],
    toCall: () => callOperation(listModels, {}),
  },
  {
    name: 'models show',
    positional: [model],
    meaning: { en: 'a fit with its evaluation and how it is doing', zh: '查看模型及其评判与运行状况' },
    flags: [],
    toCall: ({ positional }) => callOperation(showModel, { key: textAt(positional, 0) }),
  },
  {
    name: 'models card',
    positional: [model],
    meaning: { en: 'write a model card: what it is, from what, how good', zh: '生成模型卡片' },
    flags: [
      {
        flag: '--out <file>',
        meaning: {
          en: 'an .html or .md file (default model-card.html)',
          zh: '.html 或 .md 文件（默认 model-card.html）',
        },
      },
    ],
    toCall: ({ positional, flags, language }) =>
      callOperation(writeModelCard, {
        key: textAt(positional, 0),
        out: resolve(textOf(flags.out) ?? 'model-card.html'),
        lang: language,
      }),
  },
  {
    name: 'models check',
    meaning: {
      en: 'drift of scores and features, and what came of past scores',
      zh: '检查评分与特征的漂移，以及过去评分的实际结果',
    },
    flags: [],
    toCall: () => callOperation(checkModels, {}),
  },
  {
    name: 'models promote',
    positional: [{ notation: '<version>', meaning: { en: 'of `models ls`', zh: '见 `models ls`' } }],
    meaning: { en: 'put a registered fit into use', zh: '启用已登记的模型' },
    flags: [force],
    toCall: ({ positional, flags }) =>
      callOperation(promoteModel, { version: textAt(positional, 0), force: flags.force === true }),
  },
  {
    name: 'models rollback',
    positional: [{ notation: '<name>', meaning: { en: 'of a model', zh: '模型名称' } }],
    meaning: { en: 'put the fit into use that was before', zh: '恢复此前使用的模型' },
    flags: [],
    toCall: ({ positional }) => callOperation(rollbackModel, { name: textAt(positional, 0) }),
  },
]

import { resolve } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { addSource } from '../operations/add-source.ts'
import { buildProfiles } from '../operations/build-profiles.ts'
import { checkFeatures } from '../operations/check-features.ts'
import { checkHealth } from '../operations/check-health.ts'
import { evaluateModels } from '../operations/evaluate-models.ts'
import { explainProfile } from '../operations/explain-profile.ts'
import { exportFeatures } from '../operations/export-features.ts'
import { findProfiles } from '../operations/find-profiles.ts'
import { getProfile } from '../operations/get-profile.ts'
import { guessMapping } from '../operations/guess-mapping.ts'
import { importFiles } from '../operations/import-files.ts'
import { listFeatures } from '../operations/list-features.ts'
import { listQuarantine } from '../operations/list-quarantine.ts'
import { listSources } from '../operations/list-sources.ts'
import { removeSource } from '../operations/remove-source.ts'
import { replayQuarantine } from '../operations/replay-quarantine.ts'
import { showQuarantine } from '../operations/show-quarantine.ts'
import { splitProfile } from '../operations/split-profile.ts'
import { trainModels } from '../operations/train-models.ts'
import { writeReport } from '../operations/write-report.ts'
import { callOperation as call } from './call-operation.ts'
import type { Command, Flag, Positional } from './command.ts'
import { parseFeatureCondition, parseScoreCondition, parseTraitCondition } from './conditions.ts'
import { efforts, readEffort } from './effort-flags.ts'
import { erasureCommands } from './erasure-commands.ts'
import { keyCommands } from './key-commands.ts'
import { force, modelCommands } from './model-commands.ts'
import { identityAt, listAt, numberOf, textAt, textOf } from './read-arguments.ts'

const asOf: Flag = {
  flag: '--as-of <time>',
  meaning: {
    en: 'the cut, e.g. 2011-09-10 or 2011-09-10T08:30:00Z (default: the last event)',
    zh: '截点，例如 2011-09-10 或 2011-09-10T08:30:00Z（默认：最后一个事件）',
  },
}
const limit: Flag = {
  flag: '--limit <n>',
  meaning: { en: 'at most so many (default 20)', zh: '最多显示数量（默认 20）' },
}
const reason: Flag = {
  flag: '--reason <word>',
  meaning: { en: 'only those of one reason', zh: '只看某一原因' },
}
const asideSource: Flag = {
  flag: '--source <name>',
  meaning: { en: 'only those of one source', zh: '只看某一来源' },
}
const profileId: Positional = {
  notation: '<id>',
  meaning: {
    en: 'of the profile, or any id: email:ann@shop.example',
    zh: '画像编号，或任意编号：email:ann@shop.example',
  },
}
const models: Positional = {
  notation: '[models...]',
  meaning: {
    en: 'propensity, need, needs, lifetime, interest-groups (default: all)',
    zh: 'propensity、need、needs、lifetime、interest-groups（默认全部）',
  },
}

const sourceName: Positional = {
  notation: '<name>',
  meaning: { en: 'stands on every event that came with its key', zh: '标注在以其密钥发送的每个事件上' },
}

/** Every command whose work is an operation, in the order in which the help lists them. */
export const commands: readonly Command[] = [
  {
    name: 'import',
    positional: [
      {
        notation: '<files...>',
        meaning: {
          en: 'CSV, TSV, JSONL or Parquet, also gzipped',
          zh: 'CSV、TSV、JSONL 或 Parquet，可为 gzip',
        },
      },
    ],
    meaning: { en: 'take files into the history, cleaned', zh: '导入并清洗文件' },
    flags: [
      {
        flag: '--as <format>',
        meaning: {
          en: 'online-retail, cdnow, segment or catalogue',
          zh: 'online-retail、cdnow、segment 或 catalogue',
        },
      },
      {
        flag: '--map <file>',
        meaning: { en: 'mapping of any other table (JSON)', zh: '其他表格的映射（JSON）' },
      },
      {
        flag: '--guess',
        meaning: { en: 'propose a mapping instead of importing', zh: '不导入，只给出建议的映射' },
      },
    ],
    toCall: ({ positional, flags }) => {
      const files = listAt(positional, 0).map((file) => resolve(file))
      if (flags.guess === true) {
        if (files.length > 1) throw oneFileOnly(files.length)
        return call(guessMapping, { file: files[0] ?? '' })
      }
      const mapping = textOf(flags.map)
      return call(importFiles, { files, format: textOf(flags.as), mapping: mapping && resolve(mapping) })
    },
  },
  {
    name: 'build',
    meaning: { en: 'compute everybody’s features as of a cut', zh: '计算截点时所有人的特征' },
    flags: [asOf],
    toCall: ({ flags }) => call(buildProfiles, { asOf: textOf(flags.asOf) }),
  },
  {
    name: 'train',
    positional: [models],
    meaning: {
      en: 'fit, judge and register models, and score everybody',
      zh: '训练、评判并登记模型，为所有人评分',
    },
    flags: [asOf, force, ...efforts],
    toCall: ({ positional, flags }) =>
      call(trainModels, {
        models: [...listAt(positional, 0)],
        asOf: textOf(flags.asOf),
        force: flags.force === true,
        ...readEffort(flags),
      }),
  },
  {
    name: 'evaluate',
    positional: [models],
    meaning: {
      en: 'judge models on the time before the cut; changes nothing',
      zh: '用截点前的时间评判模型；不做任何更改',
    },
    flags: [asOf, ...efforts],
    toCall: ({ positional, flags }) =>
      call(evaluateModels, {
        models: [...listAt(positional, 0)],
        asOf: textOf(flags.asOf),
        ...readEffort(flags),
      }),
  },
  {
    name: 'report',
    meaning: { en: 'write the report, one HTML file', zh: '生成报告（单个 HTML 文件）' },
    flags: [
      {
        flag: '--out <file>',
        meaning: {
          en: 'where to (default likeness-report.html)',
          zh: '输出位置（默认 likeness-report.html）',
        },
      },
    ],
    toCall: ({ flags, language }) =>
      call(writeReport, { out: resolve(textOf(flags.out) ?? 'likeness-report.html'), lang: language }),
  },
  {
    name: 'profile get',
    positional: [profileId],
    meaning: { en: 'one profile with its scores and reasons', zh: '查看一个画像及其评分与原因' },
    flags: [],
    toCall: ({ positional }) => call(getProfile, { id: textAt(positional, 0) }),
  },
  {
    name: 'profile explain',
    positional: [
      profileId,
      {
        notation: '[name]',
        meaning: {
          en: 'a score (propensity) or a feature (order_count, bought_category/Kitchen)',
          zh: '评分（propensity）或特征（order_count、bought_category/Kitchen）',
        },
      },
    ],
    meaning: {
      en: 'the reasons of its scores, or the events behind a feature',
      zh: '列出评分的原因，或特征背后的事件',
    },
    flags: [limit],
    toCall: ({ positional, flags }) =>
      call(explainProfile, {
        id: textAt(positional, 0),
        name: textOf(positional[1]),
        limit: numberOf(flags.limit, 20, '--limit'),
      }),
  },
  {
    name: 'profile split',
    positional: [
      profileId,
      {
        notation: '<kind:id>',
        meaning: {
          en: 'e.g. user_id:bob or email:bob@shop.example',
          zh: '例如 user_id:bob 或 email:bob@shop.example',
        },
      },
    ],
    meaning: {
      en: 'take an id out of a profile that it was merged into wrongly',
      zh: '将误并入的编号从画像中拆出',
    },
    flags: [],
    toCall: ({ positional }) =>
      call(splitProfile, { profileId: textAt(positional, 0), ...identityAt(positional, 1) }),
  },
  {
    name: 'profile find',
    meaning: { en: 'people who satisfy every condition given', zh: '查找满足所有条件的顾客' },
    flags: [
      { flag: '--trait <name=value>', meaning: { en: 'e.g. country=Iceland', zh: '例如 country=Iceland' } },
      { flag: '--feature <name=low..high>', meaning: { en: 'e.g. spend=1000..', zh: '例如 spend=1000..' } },
      { flag: '--group <name>', meaning: { en: 'an interest group', zh: '兴趣群体名称' } },
      {
        flag: '--score <model/days=low..high>',
        meaning: {
          en: 'e.g. propensity/90=0.5.. or alive=..0.2',
          zh: '例如 propensity/90=0.5.. 或 alive=..0.2',
        },
      },
      limit,
    ],
    toCall: ({ flags }) =>
      call(findProfiles, {
        trait: parseTraitCondition(textOf(flags.trait)),
        feature: parseFeatureCondition(textOf(flags.feature)),
        group: textOf(flags.group),
        score: parseScoreCondition(textOf(flags.score)),
        limit: numberOf(flags.limit, 20, '--limit'),
      }),
  },
  {
    name: 'features ls',
    meaning: { en: 'every feature with its meaning', zh: '列出所有特征及含义' },
    flags: [],
    toCall: () => call(listFeatures, {}),
  },
  {
    name: 'features check',
    meaning: {
      en: 'whether columns are missing, drifting or know the label too well',
      zh: '检查特征是否缺失、漂移或泄漏标签',
    },
    flags: [
      {
        flag: '--horizon <days>',
        meaning: {
          en: 'days after the cut in which a purchase counts (default 30)',
          zh: '截点后多少天内的购买算数（默认 30）',
        },
      },
      asOf,
    ],
    toCall: ({ flags }) =>
      call(checkFeatures, {
        horizonDays: numberOf(flags.horizon, 30, '--horizon'),
        asOf: textOf(flags.asOf),
      }),
  },
  {
    name: 'features export',
    meaning: {
      en: 'compute everybody’s features as of a cut into a file',
      zh: '计算截点时所有人的特征并写入文件',
    },
    flags: [
      {
        flag: '--to <file>',
        meaning: {
          en: '.parquet, .csv or .jsonl (default features.parquet)',
          zh: '.parquet、.csv 或 .jsonl（默认 features.parquet）',
        },
      },
      asOf,
    ],
    toCall: ({ flags }) =>
      call(exportFeatures, {
        to: resolve(textOf(flags.to) ?? 'features.parquet'),
        asOf: textOf(flags.asOf),
      }),
  },
  {
    name: 'quarantine ls',
    meaning: { en: 'rows and calls that were set aside', zh: '列出被隔离的行与调用' },
    flags: [reason, asideSource, limit],
    toCall: ({ flags }) =>
      call(listQuarantine, {
        reason: textOf(flags.reason),
        source: textOf(flags.source),
        limit: numberOf(flags.limit, 20, '--limit'),
      }),
  },
  {
    name: 'quarantine show',
    positional: [
      {
        notation: '<import>',
        meaning: { en: 'id of the import, or its first letters', zh: '导入编号，或其前几位' },
      },
      { notation: '<row>', meaning: { en: 'number of the row', zh: '行号' } },
    ],
    meaning: { en: 'one of them as it came', zh: '查看其中一行的原始内容' },
    flags: [],
    toCall: ({ positional }) =>
      call(showQuarantine, {
        importId: textAt(positional, 0),
        rowNumber: numberOf(positional[1], Number.NaN, '<row>'),
      }),
  },
  {
    name: 'quarantine replay',
    positional: [
      {
        notation: '[import]',
        meaning: { en: 'live or live-import: only those', zh: 'live 或 live-import：只重放这些' },
      },
      { notation: '[row]', meaning: { en: 'only this one', zh: '只重放这一条' } },
    ],
    meaning: { en: 'try calls that were set aside once more', zh: '重试被隔离的调用' },
    flags: [reason, asideSource],
    toCall: ({ positional, flags }) =>
      call(replayQuarantine, {
        importId: textOf(positional[0]),
        ...(positional[1] !== undefined && { rowNumber: numberOf(positional[1], Number.NaN, '[row]') }),
        reason: textOf(flags.reason),
        source: textOf(flags.source),
      }),
  },
  {
    name: 'sources ls',
    meaning: { en: 'who may send events, with their write keys', zh: '列出可发送事件的来源及其写入密钥' },
    flags: [],
    toCall: () => call(listSources, {}),
  },
  {
    name: 'sources add',
    positional: [sourceName],
    meaning: { en: 'make a write key', zh: '创建写入密钥' },
    flags: [
      {
        flag: '--kind <kind>',
        meaning: { en: 'browser (default) or server', zh: 'browser（默认）或 server' },
      },
    ],
    toCall: ({ positional, flags }) =>
      call(addSource, { name: textAt(positional, 0), kind: textOf(flags.kind) ?? 'browser' }),
  },
  {
    name: 'sources rm',
    positional: [sourceName],
    meaning: { en: 'take a write key back', zh: '收回写入密钥' },
    flags: [],
    toCall: ({ positional }) => call(removeSource, { name: textAt(positional, 0) }),
  },
  ...keyCommands,
  ...modelCommands,
  ...erasureCommands,
  {
    name: 'doctor',
    meaning: { en: 'check that everything answers', zh: '检查运行状态' },
    flags: [],
    toCall: () => call(checkHealth, {}),
  },
]

function oneFileOnly(count: number): AppError {
  return new AppError(
    'bad_usage',
    { en: '--guess reads one file', zh: '--guess 一次只读取一个文件' },
    { expected: '1', received: String(count) },
  )
}

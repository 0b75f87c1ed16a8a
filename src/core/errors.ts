import type { Bilingual } from './language.ts'

/**
 * Every error a person can meet, once: what it means and the usual way out. `serve/` alone turns a code into an
 * HTTP status and an exit code.
 */
export const errorTexts = {
  bad_input: {
    meaning: { en: 'The input is not usable', zh: '输入不可用' },
    wayOut: { en: 'Correct what is named above and try again.', zh: '请按上述说明更正后重试。' },
  },
  bad_usage: {
    meaning: { en: 'The command was not understood', zh: '命令无法识别' },
    wayOut: { en: 'Run `likeness --help` for the commands.', zh: '运行 `likeness --help` 查看命令。' },
  },
  bad_config: {
    meaning: { en: 'The configuration is not valid', zh: '配置无效' },
    wayOut: { en: 'See docs/configuration.md for every key.', zh: '所有配置项见 docs/configuration.md。' },
  },
  bad_file: {
    meaning: { en: 'The file cannot be read', zh: '文件无法读取' },
    wayOut: {
      en: 'Nothing of it was stored. Mend the file and import it again.',
      zh: '未存入任何内容。请修复文件后重新导入。',
    },
  },
  cannot_write: {
    meaning: { en: 'The file or folder cannot be written', zh: '文件或目录无法写入' },
    wayOut: {
      en: 'Choose a place that you may write to and that has room.',
      zh: '请选择有写入权限且空间足够的位置。',
    },
  },
  bad_mapping: {
    meaning: { en: 'The mapping does not fit the file', zh: '映射与文件不符' },
    wayOut: {
      en: 'Run `likeness import --guess FILE` for a mapping to start from.',
      zh: '运行 `likeness import --guess FILE` 可得到一份初始映射。',
    },
  },
  not_found: {
    meaning: { en: 'There is no such thing', zh: '未找到' },
    wayOut: { en: 'Check the id.', zh: '请检查编号。' },
  },
  not_built: {
    meaning: { en: 'This was not computed yet', zh: '尚未计算' },
    wayOut: {
      en: 'Run `likeness build` and `likeness train` first.',
      zh: '请先运行 `likeness build` 和 `likeness train`。',
    },
  },
  too_little_data: {
    meaning: { en: 'There is too little data', zh: '数据太少' },
    wayOut: { en: 'Import a longer history.', zh: '请导入更长的历史数据。' },
  },
  diverged: {
    meaning: { en: 'A fit did not settle on finite numbers', zh: '拟合未收敛到有限值' },
    wayOut: { en: 'Check the features for extreme values.', zh: '请检查特征中的极端值。' },
  },
  directory_in_use: {
    meaning: { en: 'Another process holds the data directory', zh: '数据目录被另一进程占用' },
    wayOut: {
      en: 'Wait until it is done, stop it, or choose another directory with --data.',
      zh: '请等它完成或停止它，也可用 --data 选择其他目录。',
    },
  },
  database_unreachable: {
    meaning: { en: 'The database does not answer', zh: '数据库无响应' },
    wayOut: { en: 'Check its address and that it runs.', zh: '请检查地址以及它是否在运行。' },
  },
  database_failed: {
    meaning: { en: 'The database refused a query', zh: '数据库拒绝了查询' },
    wayOut: { en: 'Run `likeness doctor`.', zh: '请运行 `likeness doctor`。' },
  },
  overloaded: {
    meaning: { en: 'More comes in than can be taken', zh: '当前接收量超出处理能力' },
    wayOut: {
      en: 'Send it again after the time told in Retry-After.',
      zh: '请在 Retry-After 指定的时间后重试。',
    },
  },
  disk_full: {
    meaning: { en: 'The disk has no room left', zh: '磁盘空间不足' },
    wayOut: {
      en: 'Free some space; what was acknowledged is kept, and taking in goes on by itself.',
      zh: '请释放磁盘空间；已确认的数据均已保留，空间恢复后会自动继续接收。',
    },
  },
  unauthorised: {
    meaning: { en: 'The key is missing, unknown or may not do this', zh: '密钥缺失、未知或无此权限' },
    wayOut: {
      en: 'Run `likeness sources ls` for the write keys; server.json in the data directory has the secret of its server.',
      zh: '运行 `likeness sources ls` 查看写入密钥；数据目录中的 server.json 保存服务的密钥。',
    },
  },
  stopped: {
    meaning: { en: 'Stopped on request', zh: '已按要求停止' },
    wayOut: { en: 'Nothing half-done was left behind.', zh: '没有留下未完成的内容。' },
  },
} as const satisfies Record<string, { meaning: Bilingual; wayOut: Bilingual }>

export type ErrorCode = keyof typeof errorTexts

type AppErrorOptions = {
  readonly expected?: string
  readonly received?: string
  /** File and line, configuration key, column: where to look. */
  readonly where?: string
  /** A way out better than the code's own. */
  readonly wayOut?: Bilingual
  /** When to try again, where waiting helps. */
  readonly retryAfterSeconds?: number
  readonly cause?: unknown
}

/** Wrong input, configuration or environment: shown to a person, so it says what, where and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly text: Bilingual
  readonly wayOut: Bilingual
  readonly expected: string | undefined
  readonly received: string | undefined
  readonly where: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, text: string | Bilingual, options: AppErrorOptions = {}) {
    const bilingual = typeof text === 'string' ? { en: text, zh: text } : text
    super(bilingual.en, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.text = bilingual
    this.wayOut = options.wayOut ?? errorTexts[code].wayOut
    this.expected = options.expected
    this.received = options.received
    this.where = options.where
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Throws `stopped` once the signal of a long job has fired; call it between steps. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new AppError('stopped', { en: 'the work was stopped', zh: '工作已停止' }, { cause: signal.reason })
  }
}

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { type Language, languages } from '../core/language.ts'
import { expected, findProblems, type SchemaProblem } from './schema-problems.ts'

const text = (en: string, zh: string) => ({ en, zh })

/** Every key of the configuration with its default; docs/configuration.md is generated from it. */
export const configSchema = z.strictObject({
  data: z
    .string()
    .min(1)
    .default('./likeness-data')
    .meta(text('Folder of all state.', '存放全部数据的目录。')),
  databaseUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta(
      text(
        'Address of a ClickHouse server, e.g. http://127.0.0.1:8123. Without it the engine runs inside the process.',
        'ClickHouse 服务器地址，例如 http://127.0.0.1:8123。不填则使用进程内引擎。',
      ),
    ),
  databaseUser: z.string().default('default').meta(text('User at that server.', '该服务器的用户名。')),
  databasePassword: z.string().default('').meta(text('Password at that server.', '该服务器的密码。')),
  databaseName: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .default('likeness')
    .meta(text('Database at that server; made when missing.', '该服务器上的数据库名；不存在时自动创建。')),
  databaseCluster: z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/)
    .default('')
    .meta(
      text(
        'Cluster name at that server: tables are then sharded by profile. Empty for a single server.',
        '该服务器上的集群名：数据表按用户分片。单机留空。',
      ),
    ),
  databaseNodes: z
    .preprocess(splitCommas, z.array(z.url({ protocol: /^https?$/ })))
    .default([])
    .meta(
      text(
        'HTTP addresses of all nodes of that cluster (comma-separated in the environment).',
        '该集群所有节点的 HTTP 地址（环境变量中以逗号分隔）。',
      ),
    ),
  timeZone: z
    .string()
    .refine(
      isTimeZone,
      expected(
        'an IANA time zone such as Europe/London or Asia/Shanghai',
        'IANA 时区，例如 Europe/London 或 Asia/Shanghai',
      ),
    )
    .default('UTC')
    .meta(
      text(
        'The shop’s time zone: windows count its whole days, and times in files without a zone are read in it.',
        '店铺时区：统计窗口按该时区的整日计算，文件中不带时区的时间按该时区解读。',
      ),
    ),
  lang: z
    .enum(languages)
    .optional()
    .meta(
      text(
        'Language of texts: en or zh. Without it, the language of the terminal.',
        '界面语言：en 或 zh。不填则跟随终端语言。',
      ),
    ),
  host: z
    .string()
    .default('127.0.0.1')
    .meta(
      text(
        'Address to listen on. On another than loopback, whoever reads is asked for secretKey.',
        '监听地址。监听非回环地址时，读取须提供 secretKey。',
      ),
    ),
  port: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(4280)
    .meta(text('Port to listen on; 0 takes a free one.', '监听端口；0 表示任选空闲端口。')),
  journalLimitMb: z.coerce
    .number()
    .int()
    .min(1)
    .default(4096)
    .meta(
      text(
        'Events that may wait for the database, in MB; beyond it senders are told to try again later.',
        '可等待写入数据库的事件上限（MB）；超过后会要求发送方稍后重试。',
      ),
    ),
  journalLagHours: z.coerce
    .number()
    .min(0.01)
    .default(72)
    .meta(
      text(
        'How long an event may wait for the database before senders are told to try again later.',
        '事件等待写入数据库的最长时间（小时）；超过后会要求发送方稍后重试。',
      ),
    ),
  minFreeDiskMb: z.coerce
    .number()
    .int()
    .min(0)
    .default(256)
    .meta(
      text(
        'Room that is left on the disk: with less, events are refused with 503 until there is more.',
        '磁盘预留空间（MB）：低于该值时以 503 拒收事件，空间恢复后自动继续。',
      ),
    ),
  secretKey: z
    .string()
    .min(16)
    .optional()
    .meta(
      text(
        'Secret that whoever reads from another machine must know, as a bearer token or as a password. Asked for where the server does not listen on loopback; without it, the token of server.json is.',
        '从其他机器读取时须提供的密钥（Bearer 令牌或密码）。仅在监听非回环地址时要求；不填则使用 server.json 中的令牌。',
      ),
    ),
  serverOnlyEvents: z
    .preprocess(splitCommas, z.array(z.string().trim().min(1)))
    .default(['Order Completed', 'Order Refunded', 'Order Cancelled', 'Order Updated'])
    .meta(
      text(
        'Events that a browser’s write key must not send, under all their names (comma-separated in the environment; an empty list in a file lets browsers send all).',
        '浏览器写入密钥不得发送的事件，含其全部别名（环境变量中以逗号分隔；配置文件中写空列表则全部放行）。',
      ),
    ),
  clearContactPurposes: z
    .preprocess(splitCommas, z.array(z.string().trim().min(1)))
    .default([])
    .meta(
      text(
        'Purposes (context.purpose of a call) for which e-mail addresses and telephone numbers are kept as stated (comma-separated in the environment); of all others only keyed hashes are kept.',
        '允许按原文保存邮箱和电话的用途（调用中的 context.purpose；环境变量中以逗号分隔）；其余用途只保存带密钥的哈希。',
      ),
    ),
  maxEventsPerSecond: z.coerce
    .number()
    .int()
    .min(0)
    .default(5000)
    .meta(
      text(
        'Events a second that each browser’s write key may send; 0 sets no limit. Servers’ keys have none.',
        '每个浏览器写入密钥每秒可发送的事件数；0 表示不限。服务器密钥不受限。',
      ),
    ),
  identityKinds: z
    .preprocess(
      readJson,
      z.record(
        z.string().regex(/^(user_id|anonymous_id|email|phone|device_id|external:[a-z0-9_.-]{1,64})$/),
        z.strictObject({
          limit: z.int().min(1).max(1000).optional(),
          priority: z.int().min(1).max(9).optional(),
          blocked: z.array(z.string().min(1)).optional(),
        }),
      ),
    )
    .default({})
    .meta(
      text(
        'Rules of ids by kind, e.g. {"email":{"limit":3,"blocked":["till@shop.example"]}}: how many a profile may hold, which count first, which are nobody’s (as JSON in the environment).',
        '各类编号的规则，例如 {"email":{"limit":3,"blocked":["till@shop.example"]}}：每个画像可容纳的数量、优先级、以及不属于任何人的编号（环境变量中为 JSON）。',
      ),
    ),
  squashMinutes: z.coerce
    .number()
    .min(0.01)
    .max(10_000)
    .default(60)
    .meta(
      text(
        'How often stored events of people who turned out to be one are rewritten under one profile; read together they are at once.',
        '将已确认为同一人的历史事件改写到同一画像下的间隔（分钟）；读取时始终即时合并。',
      ),
    ),
  features: z
    .string()
    .min(1)
    .default('./likeness.features.ts')
    .meta(
      text(
        'File of the shop’s own feature definitions (a default export); nothing where it does not exist.',
        '店铺自定义特征的定义文件（默认导出）；文件不存在时忽略。',
      ),
    ),
  profileCacheMb: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_536)
    .default(64)
    .meta(
      text(
        'Memory for profiles that were asked for lately, ready to be sent again.',
        '用于缓存近期被查询画像的内存（MB），可直接再次返回。',
      ),
    ),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .default(1)
    .meta(
      text(
        'Seed of every random choice: equal seeds give equal results.',
        '随机种子：相同种子得到相同结果。',
      ),
    ),
  decisionCosts: z
    .preprocess(
      readJson,
      z.strictObject({ falsePositive: z.number().min(0), falseNegative: z.number().min(0) }),
    )
    .optional()
    .meta(
      text(
        'What acting in vain and leaving somebody out cost, in any unit, e.g. {"falsePositive":1,"falseNegative":8} for a coupon of 1 and a margin of 8: who is taken for a yes is then decided where it costs least. Without it, where precision and recall are in balance (as JSON in the environment).',
        '误判与漏判各自的成本（单位任意），例如优惠券成本 1、毛利 8 时为 {"falsePositive":1,"falseNegative":8}：按成本最低处决定判为“会”的阈值。不填则取精确率与召回率平衡处（环境变量中为 JSON）。',
      ),
    ),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .default('warn')
    .meta(text('How much the log tells (on stderr).', '日志详细程度（输出到 stderr）。')),
})

export type Config = Readonly<z.infer<typeof configSchema>>

/** `databaseUrl` is read from `LIKENESS_DATABASE_URL`, and so on. */
export function environmentName(key: string): string {
  return `LIKENESS_${key.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`
}

/**
 * Flags before environment before file before defaults.
 * @throws AppError 'bad_config' naming every wrong key and where it came from.
 */
export async function loadConfig(
  flags: Readonly<Record<string, unknown>>,
  options: {
    readonly file?: string
    readonly environment?: NodeJS.ProcessEnv
    readonly folder?: string
  } = {},
): Promise<Config> {
  const folder = options.folder ?? process.cwd()
  const fromFile = await readConfigFile(folder, options.file)
  const environment = readEnvironment(options.environment ?? process.env)
  const given = Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
  const values = { ...fromFile.values, ...environment, ...given }
  const parsed = configSchema.safeParse(values)
  if (parsed.success) return { ...parsed.data, data: resolve(folder, parsed.data.data) }
  const originOf = (key: string) =>
    key in given ? flagName(key) : key in environment ? environmentName(key) : fromFile.path
  throw explainProblems(findProblems(configSchema, values), originOf)
}

function explainProblems(problems: readonly SchemaProblem[], originOf: (key: string) => string): AppError {
  const say = (language: Language) =>
    problems.map(({ path: [key = ''], text }) => `${key} (${originOf(key)}): ${text[language]}`).join('; ')
  const unknown = problems.map(({ path }) => path[0] ?? '').filter((key) => !(key in configSchema.shape))
  return new AppError(
    'bad_config',
    { en: say('en'), zh: say('zh') },
    unknown.length === 0
      ? {}
      : { received: unknown.join(', '), expected: Object.keys(configSchema.shape).join(', ') },
  )
}

function flagName(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

function readEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const values: Record<string, string> = {}
  for (const key of Object.keys(configSchema.shape)) {
    const value = environment[environmentName(key)]
    if (value !== undefined && value !== '') values[key] = value
  }
  return values
}

async function readConfigFile(
  folder: string,
  file: string | undefined,
): Promise<{ path: string; values: Record<string, unknown> }> {
  const candidates = file === undefined ? ['likeness.config.ts', 'likeness.config.json'] : [file]
  const path = candidates.map((name) => resolve(folder, name)).find((name) => existsSync(name))
  if (path === undefined) {
    if (file === undefined) return { path: 'file', values: {} }
    const wanted = resolve(folder, file)
    throw new AppError('bad_config', {
      en: `there is no configuration file at ${wanted}`,
      zh: `${wanted} 处没有配置文件`,
    })
  }
  const content = await readContent(path)
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
    return { path, values: content as Record<string, unknown> }
  }
  throw new AppError('bad_config', {
    en: `${path} must hold an object of keys (in TypeScript: export default { … })`,
    zh: `${path} 应为由配置项组成的对象（TypeScript 中：export default { … }）`,
  })
}

async function readContent(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8'))
    return ((await import(pathToFileURL(path).href)) as { default?: unknown }).default
  } catch (cause) {
    const reason = (cause as Error).message
    throw new AppError(
      'bad_config',
      { en: `${path} cannot be read: ${reason}`, zh: `无法读取 ${path}：${reason}` },
      { cause },
    )
  }
}

/** A list has one text in the environment. */
/** What is no JSON is left as it is, for the schema to refuse. */
function readJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function splitCommas(value: unknown): unknown {
  return typeof value === 'string' ? value.split(',') : value
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The language that the terminal's locale asks for. */
export function terminalLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || ''
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

import type { Random } from '../../src/math/random.ts'

const long = 'x'.repeat(40_000)

/** Values that have broken somebody's program. */
const values: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e308,
    -0,
    1.5,
    Number.MAX_SAFE_INTEGER + 1,
    '',
    ' ',
    'null',
    'undefined',
    'NaN',
  ],
  ...[
    '0',
    '-1',
    '[object Object]',
    '00000000-0000-0000-0000-000000000000',
    'guest',
    '\u0000',
    '\ud800',
    '\udfff\ud800',
  ],
  ...[
    '\u202eabc',
    'e\u0301'.repeat(50),
    '👩‍👩‍👧‍👦',
    "'; DROP TABLE events --",
    '{{constructor}}',
    '#{7*7}',
    '../../etc/passwd',
  ],
  ...[
    '<script>alert(1)</script>',
    '2026-13-45T99:99:99Z',
    '+275760-09-13T00:00:00.001Z',
    '1970-01-01',
    '9'.repeat(400),
  ],
  ...[
    [],
    [[]],
    [null],
    {},
    { '': '' },
    { constructor: { prototype: { polluted: true } } },
    { toString: 1, valueOf: 2 },
  ],
  ...[
    { length: -1 },
    Object.fromEntries([['then', 1]]),
    { toJSON: 'x' },
    { hasOwnProperty: null },
    long,
    [long],
    { [long]: 1 },
  ],
  nest(40, 'list'),
  nest(40, 'object'),
  Array.from({ length: 1200 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 1200 }, (_, index) => [`k${index}`, index])),
]

/** Keys as JSON text: `__proto__` cannot be set on an object by its name. */
const forbiddenKeys = [
  '"__proto__"',
  '"constructor"',
  '"prototype"',
  '"\\u005f_proto__"',
  '"messageId"',
  '"type"',
]

/** The JSON with one of its values, wherever it lies, replaced by an evil one; as text. */
export function spoilJson(json: unknown, random: Random): string {
  const paths = [...listPaths(json, [])]
  const path = paths[random.integer(paths.length)] ?? []
  const text = JSON.stringify(replaceAt(json, path, values[random.integer(values.length)])) ?? ''
  const kind = random.integer(8)
  if (kind > 0 || !text.startsWith('{')) return text
  const key = forbiddenKeys[random.integer(forbiddenKeys.length)]
  const comma = text === '{}' ? '' : ','
  return `{${key}:${JSON.stringify(values[random.integer(values.length)])}${comma}${text.slice(1)}`
}

/** Texts that are no JSON, or only just. */
export function spoilText(text: string, random: Random): string {
  const cut = random.integer(text.length + 1)
  const spoilt = [
    text.slice(0, cut),
    `${text.slice(0, cut)}\u0000${text.slice(cut)}`,
    text.replace(/:/, ':NaN,"x":'),
    text.replace(/:/, ':1e999,"x":'),
    text.replace(/:/, ':-Infinity,"x":'),
    text.replaceAll('"', "'"),
    text.replace(/\}$/, ',}'),
    `/* a comment */${text}`,
    `${text}${text}`,
    `)]}',\n${text}`,
    text.replace('{', '{"event":"\\ud800","event":"\\uZZZZ",'),
    `${'['.repeat(100_000)}`,
    `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    ...[
      '',
      ' ',
      '[]',
      '{}',
      'null',
      'true',
      '0',
      '"text"',
      '[{}]',
      '{"batch":null}',
      '{"batch":[[],1,null,"x",{}]}',
    ],
    `{"batch":[${Array.from({ length: 2501 }, () => '{}').join(',')}]}`,
    `{"batch":[${Array.from({ length: 400 }, () => '1').join(',')}]}`,
  ]
  return spoilt[random.integer(spoilt.length)] ?? ''
}

function nest(depth: number, kind: 'list' | 'object'): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = kind === 'list' ? [value] : { a: value }
  return value
}

function* listPaths(value: unknown, path: readonly string[]): Iterable<readonly string[]> {
  yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) yield* listPaths(inner, [...path, key])
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], evil: unknown): unknown {
  if (key === undefined) return evil
  const inner = replaceAt((value as Record<string, unknown>)[key], rest, evil)
  if (Array.isArray(value)) return value.map((each, index) => (String(index) === key ? inner : each))
  return { ...(value as object), [key]: inner }
}

import type { Bilingual } from '../../../core/language.ts'
import type { ColumnQuality, Finding } from '../column-quality.ts'
import { formatFigure, formatShare } from '../figure.ts'
import type { Bin, Drift } from './drift.ts'
import type { Knowledge } from './knowledge.ts'

/** A finding in a sentence. */
export function tellFinding(kind: Finding['kind'], column: Omit<ColumnQuality, 'findings'>): Bilingual {
  const { missingShare, drift, knowledge } = column
  switch (kind) {
    case 'empty':
      return { en: 'it holds no value', zh: '没有任何值' }
    case 'constant':
      return { en: 'it never varies', zh: '从不变化' }
    case 'missing':
      return { en: `${formatShare(missingShare)} is missing`, zh: `缺失 ${formatShare(missingShare)}` }
    case 'drift':
      return drift === undefined ? nothing : tellDrift(drift)
    case 'leak': {
      const [en, zh] = knowledge ? tellKnowledge(knowledge) : ['', '']
      return {
        en: `by itself it knows the label almost for sure: ${en}. Is it known before the label is?`,
        zh: `仅凭此列几乎可以确定标签：${zh}。它在标签产生之前就已知吗？`,
      }
    }
    case 'stands-out': {
      const [en, zh] = knowledge ? tellKnowledge(knowledge) : ['', '']
      return {
        en: `by itself it knows far more of the label than any other column: ${en}. Is all of it known before the label is?`,
        zh: `仅凭此列对标签的了解远超其他各列：${zh}。它的全部内容在标签产生之前就已知吗？`,
      }
    }
    default:
      return kind satisfies never
  }
}

const nothing: Bilingual = { en: '', zh: '' }

function tellDrift({ stabilityIndex, grade, mostMoved }: Drift): Bilingual {
  const index = stabilityIndex.toFixed(2)
  const [before, after] = [mostMoved.before, mostMoved.after].map(formatShare)
  const bin = tellBin(mostMoved.bin)
  const how = grade === 'strong' ? { en: 'far', zh: '明显' } : { en: 'somewhat', zh: '有所' }
  return {
    en: `it moved ${how.en} (stability index ${index}); most of all ${bin.en}, ${before} → ${after} of the rows`,
    zh: `分布${how.zh}漂移（稳定性指数 ${index}）；变化最大的是 ${bin.zh}，占比 ${before} → ${after}`,
  }
}

function tellBin(bin: Bin): Bilingual {
  switch (bin.kind) {
    case 'range': {
      const [from, to] = [bin.from, bin.to].map((each) => (each === undefined ? '' : formatFigure(each)))
      if (bin.from === undefined) return { en: `up to ${to}`, zh: `不超过 ${to}` }
      return bin.to === undefined
        ? { en: `above ${from}`, zh: `大于 ${from}` }
        : { en: `${from} … ${to}`, zh: `${from} … ${to}` }
    }
    case 'value':
      return { en: formatFigure(bin.value), zh: formatFigure(bin.value) }
    case 'level':
      return { en: `'${bin.level}'`, zh: `“${bin.level}”` }
    case 'other':
      return { en: 'rare and new levels', zh: '罕见或新的取值' }
    case 'missing':
      return { en: 'missing', zh: '缺失' }
    default:
      return bin satisfies never
  }
}

function tellKnowledge({ measure, value, low, high }: Knowledge): [string, string] {
  const [middle, from, to] = [value, low, high].map((figure) => figure.toFixed(3))
  return measure === 'auc'
    ? [`AUC ${middle} (${from} … ${to})`, `AUC ${middle}（${from} … ${to}）`]
    : [`${middle} of its variance (${from} … ${to})`, `解释方差比例 ${middle}（${from} … ${to}）`]
}

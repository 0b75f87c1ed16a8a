import type { Bilingual } from '../../core/language.ts'
import type { Tokeniser } from '../../text/tokenise.ts'
import type { ColumnTable } from './column-table.ts'
import { applyDates, type DateSettings, type DateStep, describeDates, fitDates } from './steps/date-parts.ts'
import type { Fitted, Replacement, StepTraining } from './steps/fitted-step.ts'
import { applyHash, describeHash, fitHash, type HashSettings, type HashStep } from './steps/hashed-levels.ts'
import { applyLog, describeLog, fitLog, type LogSettings, type LogStep } from './steps/log-transform.ts'
import {
  applyMissing,
  describeMissing,
  fitMissing,
  type MissingSettings,
  type MissingStep,
} from './steps/missing-values.ts'
import {
  applyOneHotLevels,
  describeOneHotLevels,
  fitOneHotLevels,
  type OneHotSettings,
  type OneHotStep,
} from './steps/one-hot-levels.ts'
import {
  applyPower,
  describePower,
  fitPower,
  type PowerSettings,
  type PowerStep,
} from './steps/power-transform.ts'
import { applyBins, type BinSettings, type BinStep, describeBins, fitBins } from './steps/quantile-bins.ts'
import { applyScale, describeScale, fitScale, type ScaleSettings, type ScaleStep } from './steps/scaling.ts'
import {
  applySelect,
  describeSelect,
  fitSelect,
  type SelectSettings,
  type SelectStep,
} from './steps/select-step.ts'
import {
  applyTarget,
  describeTarget,
  fitTarget,
  type TargetSettings,
  type TargetStep,
} from './steps/target-encoding.ts'
import { applyText, describeText, fitText, type TextSettings, type TextStep } from './steps/text-vectors.ts'
import {
  applyWinsorise,
  describeWinsorise,
  fitWinsorise,
  type WinsoriseSettings,
  type WinsoriseStep,
} from './steps/winsorise.ts'

/** What a step is to do; what is left out has a default that the type of the step tells. */
export type StepSettings =
  | MissingSettings
  | WinsoriseSettings
  | LogSettings
  | PowerSettings
  | ScaleSettings
  | BinSettings
  | OneHotSettings
  | HashSettings
  | TargetSettings
  | DateSettings
  | TextSettings
  | SelectSettings

/** A fitted step: plain data of what it learned. */
export type PreparationStep =
  | MissingStep
  | WinsoriseStep
  | LogStep
  | PowerStep
  | ScaleStep
  | BinStep
  | OneHotStep
  | HashStep
  | TargetStep
  | DateStep
  | TextStep
  | SelectStep

/** Each kind of step once, with its name for people. */
export const stepNames: Readonly<Record<PreparationStep['kind'], Bilingual>> = {
  missing: { en: 'Missing values', zh: '缺失值' },
  winsorise: { en: 'Outliers', zh: '离群值' },
  log: { en: 'Logarithm', zh: '对数变换' },
  power: { en: 'Power transform', zh: '幂变换' },
  scale: { en: 'Scaling', zh: '缩放' },
  bins: { en: 'Quantile bins', zh: '分位数分箱' },
  'one-hot': { en: 'One-hot encoding', zh: '独热编码' },
  hash: { en: 'Hashed encoding', zh: '哈希编码' },
  target: { en: 'Target encoding', zh: '目标编码' },
  dates: { en: 'Parts of dates', zh: '日期拆分' },
  text: { en: 'Text vectors', zh: '文本向量' },
  select: { en: 'Choice of columns', zh: '列选择' },
}

/** Learns one step from training rows. */
export function fitStep(settings: StepSettings, training: StepTraining): Fitted<PreparationStep> {
  switch (settings.kind) {
    case 'missing':
      return { step: fitMissing(settings, training) }
    case 'winsorise':
      return { step: fitWinsorise(settings, training) }
    case 'log':
      return { step: fitLog(settings, training) }
    case 'power':
      return { step: fitPower(settings, training) }
    case 'scale':
      return { step: fitScale(settings, training) }
    case 'bins':
      return { step: fitBins(settings, training) }
    case 'one-hot':
      return { step: fitOneHotLevels(settings, training) }
    case 'hash':
      return { step: fitHash(settings, training) }
    case 'target':
      return fitTarget(settings, training)
    case 'dates':
      return { step: fitDates(settings, training) }
    case 'text':
      return { step: fitText(settings, training) }
    case 'select':
      return { step: fitSelect(settings, training) }
    default:
      return settings satisfies never
  }
}

/** What stands in the place of each column that the step takes. */
export function applyStep(step: PreparationStep, table: ColumnTable, tokenise: Tokeniser): Replacement {
  switch (step.kind) {
    case 'missing':
      return applyMissing(step, table)
    case 'winsorise':
      return applyWinsorise(step, table)
    case 'log':
      return applyLog(step, table)
    case 'power':
      return applyPower(step, table)
    case 'scale':
      return applyScale(step, table)
    case 'bins':
      return applyBins(step, table)
    case 'one-hot':
      return applyOneHotLevels(step, table)
    case 'hash':
      return applyHash(step, table)
    case 'target':
      return applyTarget(step, table)
    case 'dates':
      return applyDates(step, table)
    case 'text':
      return applyText(step, table, tokenise)
    case 'select':
      return applySelect(step, table)
    default:
      return step satisfies never
  }
}

/** What the step learned, a line for each of its columns. */
export function describeStep(step: PreparationStep): Bilingual[] {
  switch (step.kind) {
    case 'missing':
      return describeMissing(step)
    case 'winsorise':
      return describeWinsorise(step)
    case 'log':
      return describeLog(step)
    case 'power':
      return describePower(step)
    case 'scale':
      return describeScale(step)
    case 'bins':
      return describeBins(step)
    case 'one-hot':
      return describeOneHotLevels(step)
    case 'hash':
      return describeHash(step)
    case 'target':
      return describeTarget(step)
    case 'dates':
      return describeDates(step)
    case 'text':
      return describeText(step)
    case 'select':
      return describeSelect(step)
    default:
      return step satisfies never
  }
}

import { calibrationCurve, expectedCalibrationError } from '../math/metrics/calibration.ts'
import {
  accuracy,
  areaUnderRoc,
  averagePrecision,
  brierScore,
  f1,
  logLoss,
  precision,
  recall,
  rocCurve,
} from '../math/metrics/classification.ts'
import { liftByDecile } from '../math/metrics/lift.ts'
import type { Random } from '../math/random.ts'
import type { ClassificationCharts, Evaluation } from './evaluation.ts'
import { figuresOf, type JudgeInput, judgeAgainstBest, type Metric, mean } from './judge.ts'

const areaMetric: Metric = { name: 'auc', sign: 1, of: areaUnderRoc }

const chartPoints = 200

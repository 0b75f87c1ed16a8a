import type { Bilingual } from '../../core/language.ts'

const word = (en: string, zh: string): Bilingual => ({ en, zh })

/** The texts of the report that stand in more than one place or carry no figure. */
export const words = {
  title: word('Your customers, and how well we know them', '您的顾客，以及我们对他们的了解程度'),
  simulated: word('This shop is simulated: nobody in it is real.', '此店铺为模拟数据：其中的人物均为虚构。'),
  cleaning: word('What came in, and what became of it', '导入了什么，又如何处理'),
  customers: word('Customers and what they are worth', '顾客及其价值'),
  interests: word('Interest groups', '兴趣群体'),
  predictions: word('Predictions, judged on a future they had not seen', '预测：用未见过的未来来评判'),
  lifetime: word('Who is still with you', '谁仍是您的顾客'),
  needs: word('What they will need', '他们将需要什么'),
  examples: word('People, as an example', '顾客示例'),
  method: word('How to read this', '如何阅读本报告'),
  stored: word('stored', '已存储'),
  fixed: word('put right', '已修正'),
  marked: word('kept and marked', '保留并标记'),
  duplicate: word('left out: repeats', '已略去：重复'),
  quarantined: word('set aside', '已隔离'),
  fact: word('noted', '统计'),
  predicted: word('predicted', '预测值'),
  actual: word('what came', '实际值'),
  baseline: word('simple rule', '简单基准'),
  rival: word('also tried', '同时尝试'),
  model: word('model', '模型'),
  metric: word('measure', '指标'),
  drivers: word('What drives the score', '影响评分的因素'),
  roc: word('Telling buyers from others (ROC)', '区分买家与其他人（ROC 曲线）'),
  calibration: word('Does 30 % mean 30 %? (calibration)', '说 30% 是否真是 30%？（校准）'),
  lift: word('Buyers in each tenth, best first (lift)', '按得分分十组的提升度'),
  precisionRecall: word('How many of those named do buy (precision and recall)', '命中率与召回率'),
  residuals: word('How far off, by what was predicted', '残差：按预测值看偏差'),
  learning: word('Would more data help? (learning curve)', '更多数据是否有用？（学习曲线）'),
  importance: word('What the model cannot do without', '模型离不开的特征（置换重要性）'),
  scatter: word('Predicted against actual', '预测与实际'),
  deciles: word('By tenths of the prediction', '按预测值分十组'),
} as const satisfies Record<string, Bilingual>

/** A metric in the field's term; `note` says how to read it, `isLowerBetter` which way is good. */
export type MetricWords = {
  readonly name: Bilingual
  readonly note?: Bilingual
  readonly isLowerBetter?: boolean
  /** Stands open in the report; the others behind a click. */
  readonly isMain?: boolean
}

const lower = { note: word('lower is better', '越低越好'), isLowerBetter: true } as const

const metrics: Readonly<Record<string, MetricWords>> = {
  auc: {
    name: word('AUC', 'AUC'),
    note: word('ranking; .5 is chance, 1 perfect', '排序能力；0.5 为随机，1 为完美'),
    isMain: true,
  },
  average_precision: { name: word('average precision', '平均精确率') },
  log_loss: { name: word('log-loss', '对数损失'), ...lower },
  brier: { name: word('Brier score', 'Brier 分数'), ...lower },
  ece: { name: word('calibration error', '校准误差'), ...lower, isMain: true },
  accuracy: { name: word('accuracy', '准确率') },
  precision: { name: word('precision', '精确率') },
  recall: { name: word('recall', '召回率') },
  f1: { name: word('F1', 'F1 值') },
  lift_top_decile: {
    name: word('lift in the top tenth', '最高十分位提升度'),
    note: word('times the average', '相对平均的倍数'),
    isMain: true,
  },
  rmse: {
    name: word('RMSE', 'RMSE'),
    isLowerBetter: true,
    isMain: true,
    note: word('large misses weigh most; lower is better', '重罚大误差；越低越好'),
  },
  mae: {
    name: word('MAE', 'MAE'),
    isLowerBetter: true,
    isMain: true,
    note: word('the average miss; lower is better', '平均误差；越低越好'),
  },
  r2: {
    name: word('R²', 'R²'),
    note: word('share of the differences explained', '可解释的差异占比'),
    isMain: true,
  },
  poisson_deviance: {
    name: word('Poisson deviance', '泊松偏差'),
    isLowerBetter: true,
    isMain: true,
    note: word('misses weighed by what was expected; lower is better', '按预期大小衡量误差；越低越好'),
  },
  interval_coverage: {
    name: word('within the 95 % interval', '落在 95% 区间内'),
    note: word('.95 is right', '0.95 为准'),
    isMain: true,
  },
  correlation: { name: word('correlation', '相关系数') },
}

/** The words of a metric; one that the report does not know is shown by its own name. */
export function metricWords(metric: string): MetricWords {
  return metrics[metric] ?? { name: word(metric, metric), isMain: true }
}

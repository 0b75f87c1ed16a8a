import type { ModelHealth } from '../../evaluate/model-health.ts'
import type { ModelEntry } from '../../train/registry.ts'

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number | undefined }

/**
 * The models in use for whoever watches, in the text format of Prometheus (0.0.4): age, drift, what came of the latest past
 * scores, alarms. Read from the latest checks, so that asking often costs nothing.
 */
export function writeModelMetrics(
  active: readonly ModelEntry[],
  checks: ReadonlyMap<string, ModelHealth>,
  nowMs: number,
): string {
  const sampled = (read: (entry: ModelEntry, health: ModelHealth | undefined) => number | undefined) =>
    active.map((entry) => ({
      labels: { model: entry.name },
      value: read(entry, checks.get(entry.version)),
    }))
  const metricsOf = active.flatMap((entry) =>
    Object.entries(checks.get(entry.version)?.realised[0]?.metrics ?? {}).map(([metric, { value }]) => ({
      labels: { model: entry.name, metric },
      value,
    })),
  )
  return [
    gauge(
      'likeness_model_age_seconds',
      'Since the cut of the data that the model in use learned from.',
      sampled(({ asOf }) => (nowMs - Date.parse(asOf)) / 1000),
    ),
    gauge(
      'likeness_model_is_rule',
      'Whether a simple rule answers because no fit is worth having.',
      sampled(({ record }) => (record?.kind === 'rule' ? 1 : 0)),
    ),
    gauge(
      'likeness_model_checked_seconds',
      'Since the model was checked.',
      sampled((_, health) => health && (nowMs - Date.parse(health.checkedAt)) / 1000),
    ),
    gauge(
      'likeness_model_score_drift',
      'Population stability index of the scores.',
      sampled((_, health) => health?.scoreDrift?.stabilityIndex),
    ),
    gauge(
      'likeness_model_feature_drift',
      'Population stability index of the feature that moved most.',
      sampled((_, health) => health?.featureDrift[0]?.stabilityIndex),
    ),
    gauge('likeness_model_realised', 'Metrics of the latest scores whose horizon has passed.', metricsOf),
    gauge(
      'likeness_model_alarms',
      'What is to be looked at.',
      sampled((_, health) => health?.alarms.length),
    ),
  ].join('')
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples
    .filter(({ value }) => value !== undefined && Number.isFinite(value))
    .map(({ labels, value }) => `${name}{${writeLabels(labels)}} ${value}\n`)
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) =>
        `${name}="${value.replaceAll(/["\\\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))}"`,
    )
    .join(',')
}

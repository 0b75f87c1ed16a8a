/**
 * How the learning rate runs over training. `cosine`: up in a straight line over the warm-up, then down along half a cosine to
 * nothing. Source: Loshchilov & Hutter (2017), eq. 5, without restarts.
 */
export type Schedule =
  | { readonly kind: 'constant' }
  | { readonly kind: 'cosine'; readonly warmupShare: number }

/** The share of the full learning rate in step `step` (from 0) of `stepCount`. */
export function scheduledShare(schedule: Schedule, step: number, stepCount: number): number {
  switch (schedule.kind) {
    case 'constant':
      return 1
    case 'cosine': {
      const warmupSteps = Math.max(1, Math.round(schedule.warmupShare * stepCount))
      if (step < warmupSteps) return (step + 1) / warmupSteps
      const past = (step - warmupSteps) / Math.max(1, stepCount - warmupSteps)
      return (1 + Math.cos(Math.PI * Math.min(1, past))) / 2
    }
    default:
      return schedule satisfies never
  }
}

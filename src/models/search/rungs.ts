import type { SearchState, Trial } from '../search-state.ts'

/** What to do next: fit settings on the rows of a rung. A trial that is not there yet is a new proposal. */
export type NextFit = { readonly trial: number; readonly rung: number }

/**
 * Asynchronous successive halving: the best `1 / keepOneOf` of a rung go on to the next, as soon as there are so many; else new
 * settings begin at the lowest. What the search begins with always goes on, so that it never ends with less.
 * Source: Li, Jamieson, Rostamizadeh et al. (2020), "A system for massively parallel hyperparameter tuning", algorithm 2.
 */
export function nextFit(
  { trials }: SearchState,
  rungCount: number,
  keepOneOf: number,
  canPropose: boolean,
): NextFit | undefined {
  for (let rung = rungCount - 2; rung >= 0; rung--) {
    const waiting = promotable(trials, rung, keepOneOf)
    if (waiting !== undefined) return { trial: waiting, rung: rung + 1 }
  }
  return canPropose ? { trial: trials.length, rung: 0 } : undefined
}

function promotable(trials: readonly Trial[], rung: number, keepOneOf: number): number | undefined {
  const finished = [...trials.entries()]
    .filter(([, { losses }]) => losses.length > rung)
    .sort(([, a], [, b]) => lossAt(a, rung) - lossAt(b, rung))
  const best = finished.slice(0, Math.floor(finished.length / keepOneOf))
  const first = finished.find(([index]) => index === 0)
  return [...(first ? [first] : []), ...best].find(
    ([index, trial]) =>
      trial.losses.length === rung + 1 && (index === 0 || Number.isFinite(lossAt(trial, rung))),
  )?.[0]
}

function lossAt({ losses }: Trial, rung: number): number {
  return losses[rung] ?? Number.POSITIVE_INFINITY
}

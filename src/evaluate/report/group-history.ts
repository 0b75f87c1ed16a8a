import type { InterestFacts } from '../report-data.ts'
import { type Html, html } from './html.ts'
import type { Reading } from './reading.ts'

/** From which index on the shares of groups are those of another population, and below which they are stable. */
const [moderateFrom, strongFrom] = [0.1, 0.25]

/** What became of the groups since the training before: who moved, how far shares and centres did, which came and ended. */
export function groupHistory({ history }: InterestFacts, reading: Reading): Html {
  if (history === undefined) return html``
  const { say, count, decimal, percent, text } = reading
  const { sharedCount, movedCount, stabilityIndex, changes } = history
  const drift =
    stabilityIndex < moderateFrom
      ? say('shares are stable', '占比稳定')
      : stabilityIndex < strongFrom
        ? say('shares moved somewhat', '占比有所变化')
        : say('shares are those of another population', '占比已属另一人群')
  const moved =
    sharedCount === 0
      ? say('no customer was in both trainings', '两次训练没有共同顾客')
      : say(
          `${count(movedCount)} of ${count(sharedCount)} customers (${percent(movedCount / sharedCount)}) are in another group`,
          `${count(sharedCount)} 位顾客中有 ${count(movedCount)} 位（${percent(movedCount / sharedCount)}）换了群体`,
        )
  const rows = changes.map((change) => {
    const fate =
      change.before === undefined
        ? say('new', '新增')
        : change.now === undefined
          ? say('ended', '消失')
          : say('goes on', '延续')
    const shift = change.centreShift === null ? '–' : `${decimal(change.centreShift, 2)}σ`
    const kept = change.keptShare === null ? '–' : percent(change.keptShare)
    return html`<tr><td>${text(change.name)}</td><td>${fate}</td><td class="number">${percent(change.shareBefore)}</td><td class="number">${percent(change.shareNow)}</td><td class="number">${kept}</td><td class="number">${shift}</td></tr>`
  })
  return html`<h3>${say('Since the training before', '与上次训练相比')}</h3>
<p>${moved}; ${drift} ${say(`(population stability index ${decimal(stabilityIndex, 3)})`, `（人群稳定性指数 ${decimal(stabilityIndex, 3)}）`)}</p>
<table><thead><tr><th>${say('group', '群体')}</th><th></th><th class="number">${say('share then', '当时占比')}</th><th class="number">${say('share now', '当前占比')}</th><th class="number">${say('stayed', '留存')}</th><th class="number">${say('centre moved', '中心移动')}</th></tr></thead><tbody>${rows}</tbody></table>`
}

import { z } from 'zod'
import type { Language } from '../../core/language.ts'
import type { Profile } from '../../profiles/profile.ts'
import { affinityName } from '../affinity-names.ts'
import type { Operation } from '../operation.ts'
import { readProfile } from '../read-profiles.ts'
import { formatNumber, formatPercent, pick, textTable } from '../render.ts'
import { formatScore, scoreName } from '../score-names.ts'

/** `profile get ID`, by any id. */
export const getProfile: Operation<{ id: string }, Profile> = {
  name: 'profile.get',
  input: z.object({ id: z.string().min(1) }),
  run: ({ id }, { engine }) => readProfile(engine.profiles, id),
  render: renderProfile,
}

function renderProfile(profile: Profile, language: Language): string {
  const say = pick(language)
  const head = [
    `${say('Profile', '画像')} ${profile.id} ${say('as of', '截至')} ${profile.asOf.slice(0, 16)}`,
    `${formatNumber(profile.orderCount)} ${say('orders, spent', '笔订单，消费')} ${profile.spend.toFixed(2)}${profile.country ? `${say(', ', '，')}${profile.country}` : ''}`,
    ...(profile.interestGroup
      ? [`${say('Interest group: ', '兴趣群体：')}${profile.interestGroup.name[language]}`]
      : []),
    ...profile.traits.map(
      (trait) =>
        `${trait.name}: ${trait.value} (${[trait.source, trait.purpose].filter((word) => word !== '').join(', ')})`,
    ),
  ]
  return [
    ...head,
    renderScores(profile, language),
    renderNeeds(profile, language),
    renderAffinities(profile, language),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

function renderScores(profile: Profile, language: Language): string {
  const say = pick(language)
  const scores = [...profile.propensities, ...profile.needs, ...profile.lifetime]
  if (scores.length === 0) return ''
  const trusts = {
    better: say('better than a simple rule', '优于简单规则'),
    unclear: say('no better than a simple rule', '不优于简单规则'),
    worse: say('worse than a simple rule', '不如简单规则'),
  }
  const rows = scores.map((score) => {
    const write = (value: number) => formatScore(score.model, value)
    const { low, high } = score
    return [
      scoreName(score.model, score.horizonDays)[language],
      write(score.value),
      low === undefined || high === undefined ? '' : `${write(low)} … ${write(high)}`,
      score.trust ? trusts[score.trust.verdict] : '',
      score.reasons[0]?.text[language] ?? '',
    ]
  })
  const titles = [
    say('score', '评分'),
    '',
    say('95 % interval', '95% 区间'),
    say('judged', '评判'),
    say('first reason', '首要原因'),
  ]
  return textTable(titles, rows)
}

/** What the person likely needs, how much of it and when. */
function renderNeeds({ topNeeds }: Profile, language: Language): string {
  const say = pick(language)
  const rows = topNeeds.map((need) => {
    const { low, high } = need
    return [
      need.kind === 'item' ? `${need.name[language]} (${need.target})` : need.name[language],
      formatPercent(need.probability),
      formatNumber(need.units),
      low === undefined || high === undefined ? '' : `${formatNumber(low)} … ${formatNumber(high)}`,
      say(`${formatNumber(Math.round(need.days))} days`, `${formatNumber(Math.round(need.days))} 天`),
      need.reasons[0]?.text[language] ?? '',
    ]
  })
  const horizonDays = topNeeds[0]?.horizonDays ?? 0
  const titles = [
    say(`likely needs, ${horizonDays} days`, `可能的需求（${horizonDays} 天）`),
    say('buys it', '购买概率'),
    say('units', '件数'),
    say('95 % interval', '95% 区间'),
    say('next in', '下次购买'),
    say('first reason', '首要原因'),
  ]
  return rows.length === 0 ? '' : textTable(titles, rows)
}

function renderAffinities({ affinities }: Profile, language: Language): string {
  const say = pick(language)
  const rows = affinities
    .filter((affinity) => affinity.weight >= 0.05)
    .slice(0, 12)
    .map(({ kind, name, weight }) => [affinityName(kind)[language], name, formatPercent(weight)])
  return rows.length === 0 ? '' : textTable([say('affinity', '偏好'), '', say('share', '占比')], rows)
}

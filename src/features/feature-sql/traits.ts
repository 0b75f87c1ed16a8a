import type { TraitFeature } from '../feature.ts'
import { type Composer, composeAsked, stateColumn } from './composer.ts'
import { cutMoment } from './fragments.ts'

/** The value of a feature that reads what was stated. */
export function composeTrait(composer: Composer, { traits, read }: TraitFeature): string {
  const condition = `name IN ${composer.bind(traits, 'Array(String)')} AND value != ''`
  const state = (sql: string) => stateColumn(composer.states.trait, 'trait', sql)
  const value = state(`argMaxIf(value, (said_at, source, toString(name)), ${condition})`)
  const saidAt = state(`maxIf(said_at, ${condition})`)
  switch (read) {
    case 'label':
      return value
    case 'number':
      return `if(match(${value}, '^-?[0-9]{1,15}([.][0-9]{1,15})?$'), toFloat64OrZero(${value}), nan)`
    case 'years':
      return composeYears(composer, value)
    case 'stated_days':
      return `if(${value} = '', nan, toFloat64(dateDiff('day', ${saidAt}, ${cutMoment(composer)}, ${zoneOf(composer)})))`
    default:
      return read satisfies never
  }
}

/** Years as they are (`34`), since a date (`1990-05-17`) or since a year (`1990`); from 0 to 130. */
function composeYears(composer: Composer, value: string): string {
  const cut = `toDate32(${cutMoment(composer)}, ${zoneOf(composer)})`
  const since = `(toYear(${cut}) - toInt32OrZero(substring(${value}, 1, 4)))`
  const monthDay = `toInt32OrZero(replaceAll(substring(${value}, 6, 5), '-', ''))`
  const isBefore = `(toMonth(${cut}) * 100 + toDayOfMonth(${cut}) < ${monthDay})`
  const years = `multiIf(match(${value}, '^[0-9]{1,3}$'), toInt32OrZero(${value}),
    match(${value}, '^[0-9]{4}$'), ${since},
    match(${value}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([^0-9]|$)'), ${since} - ${isBefore}, -1)`
  return `if(${years} BETWEEN 0 AND 130, toFloat64(${years}), nan)`
}

function zoneOf(composer: Composer): string {
  return composer.bind(composer.options.timeZone, 'String')
}

/**
 * One row per profile, trait and source: what was stated last at or before the cut, by any id of the profile. Of
 * statements of one moment the user's counts before the device's.
 */
export function composeStatements(composer: Composer): string {
  const asked = composeAsked(composer, 'profile_id')
  const only = asked === undefined ? '' : ` WHERE ${asked}`
  const said = `SELECT * FROM trait_statements FINAL WHERE at <= ${cutMoment(composer)}${composeSaidBy(composer)}`
  return `SELECT profile_id, name, source, argMax(value, (at, id_kind, value, purpose)) AS value, max(at) AS said_at
    FROM (
      SELECT if(owner.profile_id = '', said.id, owner.profile_id) AS profile_id, said.name AS name,
        toString(said.source) AS source, said.value AS value, said.at AS at, toString(said.id_kind) AS id_kind,
        toString(said.purpose) AS purpose
      FROM (${said}) AS said
      GLOBAL ANY LEFT JOIN (${composeOwners(composer)}) AS owner
        ON toString(said.id_kind) = owner.id_kind AND said.id = owner.id
    )${only} GROUP BY profile_id, name, source`
}

/** Whose an id is; of an id that may stand for itself also when it belongs to somebody else. */
function composeOwners(composer: Composer): string {
  const [owned, own] = [composeAsked(composer, 'profile_id'), composeAsked(composer, 'id')]
  const only = owned === undefined ? '' : ` WHERE ${owned} OR ${own}`
  return `SELECT toString(kind) AS id_kind, id, profile_id FROM identities FINAL${only}`
}

function composeSaidBy(composer: Composer): string {
  const [owned, own] = [composeAsked(composer, 'profile_id'), composeAsked(composer, 'id')]
  if (owned === undefined) return ''
  return ` AND (${own} OR (toString(id_kind), id) GLOBAL IN (
    SELECT toString(kind), id FROM identities FINAL WHERE ${owned}))`
}

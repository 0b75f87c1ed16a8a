import type { FeatureDefinition } from '../feature.ts'
import { everything } from './select.ts'

const stated = { source: 'traits', purpose: 'personalisation' } as const
const seen = { source: 'events', purpose: 'analytics', window: 'all', reads: everything } as const

/** Who somebody is: what was stated, where they come from. */
export const basicFeatures: readonly FeatureDefinition[] = [
  {
    ...stated,
    name: 'age_years',
    meaning: { en: 'Age as stated, or by the date of birth', zh: '年龄（自述或按出生日期）' },
    unit: 'years',
    traits: ['birthday', 'birth_date', 'date_of_birth', 'birth_year', 'age'],
    read: 'years',
  },
  {
    ...stated,
    name: 'sex',
    meaning: { en: 'Sex as stated', zh: '性别（自述）' },
    unit: 'name',
    traits: ['gender', 'sex'],
    read: 'label',
  },
  {
    ...stated,
    name: 'city',
    meaning: { en: 'City as stated', zh: '城市（自述）' },
    unit: 'name',
    traits: ['address.city', 'city'],
    read: 'label',
  },
  {
    ...stated,
    name: 'income',
    meaning: { en: 'Income as stated or told by a third party', zh: '收入（自述或第三方）' },
    unit: 'name',
    traits: ['income', 'income_band', 'household_income'],
    read: 'label',
  },
  {
    ...stated,
    name: 'stated_preference',
    meaning: { en: 'Preference stated last', zh: '最近陈述的偏好' },
    unit: 'name',
    traits: ['preference', 'preferences', 'favourite_category', 'interests'],
    read: 'label',
  },
  {
    ...stated,
    name: 'stated_preference_days',
    meaning: { en: 'Days since a preference was stated', zh: '距陈述偏好的天数' },
    unit: 'days',
    traits: ['preference', 'preferences', 'favourite_category', 'interests'],
    read: 'stated_days',
  },
  {
    ...seen,
    name: 'country',
    meaning: { en: 'Country last seen', zh: '最近出现的国家' },
    unit: 'name',
    aggregate: { kind: 'last', of: 'country' },
  },
  {
    ...seen,
    name: 'first_channel',
    meaning: { en: 'Source of the first event', zh: '首次行为的渠道' },
    unit: 'name',
    aggregate: { kind: 'first', of: 'source' },
  },
  {
    ...seen,
    name: 'last_channel',
    meaning: { en: 'Source of the last event', zh: '最近行为的渠道' },
    unit: 'name',
    aggregate: { kind: 'last', of: 'source' },
  },
  {
    ...seen,
    name: 'tenure_days',
    meaning: { en: 'Days since first seen', zh: '距首次出现的天数' },
    unit: 'days',
    aggregate: { kind: 'age', of: 'first' },
  },
]

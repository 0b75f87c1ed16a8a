import type { Language } from '../core/language.ts'
import type { Random } from '../math/random.ts'
import { chooseOne, entryAt } from './choose.ts'
import type { TasteGroup } from './taste-groups.ts'
import {
  chineseFamilyNames,
  chineseGivenNames,
  englishFamilyNames,
  englishGivenNames,
  places,
} from './words/people-words.ts'
import { splitPair } from './words/split-pair.ts'

/** Who somebody is; what they do not tell the shop is named in `withheld`. */
export type Person = {
  readonly name: string
  readonly email: string
  readonly age: number
  readonly gender: 'female' | 'male'
  readonly city: string
  readonly country: string
  readonly withheld: readonly ('age' | 'gender' | 'city' | 'name')[]
}

type Origin = {
  readonly index: number
  readonly language: Language
  readonly group: TasteGroup
  readonly placeIndex: number
}

/** Age and sex follow the taste group; the name is written in the shopper's language. */
export function drawPerson({ index, language, group, placeIndex }: Origin, random: Random): Person {
  const gender = random.next() < group.femaleShare ? 'female' : 'male'
  const age = Math.round(Math.min(85, Math.max(16, group.ageMean + group.ageSpread * random.normal())))
  const place = entryAt(places, placeIndex)
  const { name, mailbox } = drawName(language, gender, random)
  const withholding = { age: 0.18, gender: 0.12, city: 0.1, name: 0.05 } as const
  return {
    name,
    email: `${mailbox}${index + 1}@example.com`,
    age,
    gender,
    city: splitPair(chooseOne(place.cities, random))[language],
    country: place.country,
    withheld: (['age', 'gender', 'city', 'name'] as const).filter(
      (trait) => random.next() < withholding[trait],
    ),
  }
}

/** The traits of an `identify` call, in Segment's reserved names. */
export function describePerson(person: Person, createdAtMs: number): Readonly<Record<string, unknown>> {
  const tells = (trait: Person['withheld'][number]) => !person.withheld.includes(trait)
  return {
    email: person.email,
    ...(tells('name') && { name: person.name }),
    ...(tells('age') && { age: person.age }),
    ...(tells('gender') && { gender: person.gender }),
    address: { country: person.country, ...(tells('city') && { city: person.city }) },
    createdAt: new Date(createdAtMs).toISOString(),
  }
}

function drawName(
  language: Language,
  gender: Person['gender'],
  random: Random,
): { readonly name: string; readonly mailbox: string } {
  if (language === 'en') {
    const given = chooseOne(englishGivenNames[gender], random)
    const family = chooseOne(englishFamilyNames, random)
    return { name: `${given} ${family}`, mailbox: `${given}.${family}`.toLowerCase() }
  }
  const family = splitPair(chooseOne(chineseFamilyNames, random))
  const given = splitPair(chooseOne(chineseGivenNames[gender], random))
  return { name: `${family.zh}${given.zh}`, mailbox: `${given.en}.${family.en}` }
}

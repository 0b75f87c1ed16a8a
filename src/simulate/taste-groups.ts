import type { Bilingual } from '../core/language.ts'

/** A planted kind of shopper: what they like, who they are, when they come. */
export type TasteGroup = {
  readonly name: Bilingual
  /** Of all shoppers. */
  readonly share: number
  /** Mean interest in each of `departments`; sums to 1. */
  readonly departmentShares: readonly number[]
  readonly femaleShare: number
  readonly ageMean: number
  readonly ageSpread: number
  /** Orders per day beside the mean shopper. */
  readonly orderRateFactor: number
  /** Of the four price bands; the mean of a binomial draw. */
  readonly budgetShare: number
  readonly weekendFactor: number
  /** Hours of their own day they come at, and how tightly around them. */
  readonly hours: readonly { readonly hour: number; readonly spread: number }[]
}

// Columns: kitchen, food, electronics, computers, baby, toys, outdoor, sports, beauty, fashion.
export const tasteGroups: readonly TasteGroup[] = [
  {
    name: { en: 'Home cooks', zh: '居家烹饪' },
    share: 0.24,
    departmentShares: [0.32, 0.3, 0.04, 0.02, 0.03, 0.03, 0.05, 0.04, 0.07, 0.1],
    femaleShare: 0.62,
    ageMean: 46,
    ageSpread: 11,
    orderRateFactor: 1.1,
    budgetShare: 0.45,
    weekendFactor: 1,
    hours: [
      { hour: 10, spread: 1.5 },
      { hour: 15.5, spread: 2 },
    ],
  },
  {
    name: { en: 'Gadget fans', zh: '数码爱好者' },
    share: 0.2,
    departmentShares: [0.04, 0.06, 0.33, 0.3, 0.02, 0.05, 0.05, 0.08, 0.02, 0.05],
    femaleShare: 0.24,
    ageMean: 29,
    ageSpread: 7,
    orderRateFactor: 0.75,
    budgetShare: 0.6,
    weekendFactor: 1.1,
    hours: [
      { hour: 23, spread: 1.5 },
      { hour: 13, spread: 1.5 },
    ],
  },
  {
    name: { en: 'Young parents', zh: '年轻父母' },
    share: 0.22,
    departmentShares: [0.07, 0.09, 0.04, 0.02, 0.34, 0.28, 0.02, 0.03, 0.06, 0.05],
    femaleShare: 0.7,
    ageMean: 32,
    ageSpread: 5,
    orderRateFactor: 1.35,
    budgetShare: 0.4,
    weekendFactor: 0.9,
    hours: [
      { hour: 6.5, spread: 1 },
      { hour: 21, spread: 1.2 },
    ],
  },
  {
    name: { en: 'Outdoor people', zh: '户外运动' },
    share: 0.16,
    departmentShares: [0.04, 0.06, 0.09, 0.03, 0.02, 0.02, 0.34, 0.3, 0.03, 0.07],
    femaleShare: 0.4,
    ageMean: 37,
    ageSpread: 10,
    orderRateFactor: 0.7,
    budgetShare: 0.55,
    weekendFactor: 0.6,
    hours: [
      { hour: 12.5, spread: 1 },
      { hour: 19, spread: 2 },
    ],
  },
  {
    name: { en: 'Style lovers', zh: '美妆时尚' },
    share: 0.18,
    departmentShares: [0.05, 0.06, 0.04, 0.01, 0.03, 0.02, 0.02, 0.08, 0.36, 0.33],
    femaleShare: 0.86,
    ageMean: 27,
    ageSpread: 6,
    orderRateFactor: 1.1,
    budgetShare: 0.5,
    weekendFactor: 1.4,
    hours: [{ hour: 20.5, spread: 2 }],
  },
]

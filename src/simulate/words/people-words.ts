import type { Pair } from './department-words.ts'

/** Where shoppers live; weights need not add up to 1. */
export const places: readonly {
  readonly country: string
  readonly weight: number
  readonly isChinese: boolean
  /** Without daylight saving: the rhythm of a day, not a clock. */
  readonly utcOffsetHours: number
  readonly timezone: string
  readonly cities: readonly Pair[]
}[] = [
  {
    country: 'CN',
    weight: 55,
    isChinese: true,
    utcOffsetHours: 8,
    timezone: 'Asia/Shanghai',
    cities: [
      'Shanghai|上海',
      'Beijing|北京',
      'Shenzhen|深圳',
      'Chengdu|成都',
      'Hangzhou|杭州',
      'Wuhan|武汉',
      "Xi'an|西安",
    ],
  },
  {
    country: 'SG',
    weight: 12,
    isChinese: true,
    utcOffsetHours: 8,
    timezone: 'Asia/Singapore',
    cities: ['Singapore|新加坡'],
  },
  {
    country: 'GB',
    weight: 11,
    isChinese: false,
    utcOffsetHours: 0,
    timezone: 'Europe/London',
    cities: ['London|伦敦', 'Manchester|曼彻斯特', 'Leeds|利兹'],
  },
  {
    country: 'US',
    weight: 14,
    isChinese: false,
    utcOffsetHours: -6,
    timezone: 'America/Chicago',
    cities: ['Chicago|芝加哥', 'Austin|奥斯汀', 'Houston|休斯敦', 'Minneapolis|明尼阿波利斯'],
  },
  {
    country: 'AU',
    weight: 8,
    isChinese: false,
    utcOffsetHours: 10,
    timezone: 'Australia/Sydney',
    cities: ['Sydney|悉尼', 'Melbourne|墨尔本', 'Brisbane|布里斯班'],
  },
]

/** Family names with the spelling used in e-mail addresses. */
export const chineseFamilyNames: readonly Pair[] = [
  'wang|王',
  'li|李',
  'zhang|张',
  'liu|刘',
  'chen|陈',
  'yang|杨',
  'zhao|赵',
  'huang|黄',
  'zhou|周',
  'wu|吴',
  'xu|徐',
  'sun|孙',
]
export const chineseGivenNames: { readonly female: readonly Pair[]; readonly male: readonly Pair[] } = {
  female: ['fang|芳', 'xiuying|秀英', 'na|娜', 'min|敏', 'jing|静', 'yuting|雨婷', 'xinyi|欣怡', 'ting|婷'],
  male: ['wei|伟', 'qiang|强', 'lei|磊', 'jun|军', 'haoran|浩然', 'yifan|一凡', 'ming|明', 'zihan|子涵'],
}
export const englishFamilyNames: readonly string[] = [
  'Adams',
  'Baker',
  'Clarke',
  'Davies',
  'Evans',
  'Foster',
  'Green',
  'Harris',
  'Jackson',
  'Kelly',
  'Lewis',
  'Morgan',
]
export const englishGivenNames: { readonly female: readonly string[]; readonly male: readonly string[] } = {
  female: ['Alice', 'Chloe', 'Emma', 'Grace', 'Hannah', 'Julia', 'Laura', 'Sophie'],
  male: ['Adam', 'Ben', 'Daniel', 'George', 'Henry', 'James', 'Oliver', 'Thomas'],
}

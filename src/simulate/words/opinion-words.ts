import type { Pair } from './department-words.ts'

/** How a review opens, by rating 1..5. */
export const ratingOpeners: readonly (readonly Pair[])[] = [
  [
    'Terrible, do not buy it.|太差了，千万别买。',
    'A waste of money.|纯属浪费钱。',
    'Very disappointed.|非常失望。',
  ],
  [
    'Not what I hoped for.|和预期差距挺大。',
    'I regret buying it.|有点后悔买了。',
    'Rather poor for the price.|这个价格不值。',
  ],
  ['It is all right.|一般般吧。', 'Neither good nor bad.|说不上好也说不上坏。', 'Average.|中规中矩。'],
  ['Good overall.|总体不错。', 'I am happy with it.|挺满意的。', 'Nice product.|东西挺好的。'],
  [
    'Wonderful, I love it!|太棒了，非常喜欢！',
    'Excellent in every way.|各方面都很出色。',
    'Perfect, five stars.|完美，五星好评。',
  ],
]

/** How it closes, by rating 1..5. */
export const ratingClosers: readonly (readonly Pair[])[] = [
  [
    'I want my money back.|我要退款。',
    'Never again.|再也不会买了。',
    'The service was no help either.|客服也完全不管用。',
  ],
  [
    'I will look elsewhere next time.|下次换一家买。',
    'I would not recommend it.|不推荐。',
    'Delivery was slow, too.|物流也很慢。',
  ],
  [
    'It does the job.|凑合能用。',
    'You get what you pay for.|一分钱一分货。',
    'Delivery was on time.|物流还算准时。',
  ],
  [
    'I would buy it again.|下次还会买。',
    'Good value for money.|性价比挺高。',
    'Delivery was quick.|发货挺快的。',
  ],
  [
    'Highly recommended!|强烈推荐！',
    'I have already told my friends.|已经推荐给朋友了。',
    'I will certainly be back.|一定会再来回购。',
  ],
]

/** What the shop asks, and what people answer when they are unhappy, lukewarm, happy. */
export const surveyQuestions: readonly {
  readonly question: Pair
  readonly highestRating: number
  readonly answers: readonly (readonly Pair[])[]
}[] = [
  {
    question: 'How likely are you to recommend our shop to a friend?|您有多大可能把我们推荐给朋友？',
    highestRating: 10,
    answers: [
      ['My last order was a let-down|上次购物体验很糟糕', 'Too many problems with service|售后问题太多'],
      ['It depends on what they look for|看他们需要什么吧', 'Good range, ordinary prices|品类还行，价格一般'],
      ['I already do|我已经在推荐了', 'Great choice and friendly service|品类丰富，服务热情'],
    ],
  },
  {
    question: 'How satisfied are you with the delivery?|您对物流配送满意吗？',
    highestRating: 5,
    answers: [
      ['The parcel was late and damaged|包裹又晚又破', 'Nobody told me about the delay|延误了也没人通知'],
      ['As expected|和预期差不多', 'It could be faster|还可以再快一点'],
      ['Fast and well packed|又快，包装又好', 'The courier was very kind|快递员态度很好'],
    ],
  },
]

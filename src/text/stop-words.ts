const english = `a about above after again against all also am an and any are as at be because been before being below
between both but by can cannot could did do does doing down during each etc few for from further had has have having he
her here hers him his how i if in into is it its itself just me more most my no nor not of off on once only or other our
out over own per plus same she should so some such than that the their them then there these they this those through to
too under until up upon us very via was we were what when where which while who whom why will with within without would
you your yours s t`

const chinese = `的 了 和 与 及 或 在 是 有 也 都 而 且 就 不 很 更 最 被 把 给 对 为 从 到 由 于 以 之 其 这 那 此 该 您 你 我 他 她 它 们
我们 你们 他们 一个 一种 可以 以及 等 款 个 件 只 支 套 新 一 二 两 三`

/** Words that tell nothing of what a text is about, in English and Chinese. */
export function createStopWords(): ReadonlySet<string> {
  return new Set(`${english} ${chinese}`.split(/\s+/))
}

import type { Bilingual } from '../core/language.ts'
import type { ImportReport } from './import-report.ts'

/** A count of the cleaning report, named, with what was done about it; `fact` is a count that asked for nothing. */
export type CleaningLine = {
  readonly name: Bilingual
  readonly count: number
  readonly action: 'stored' | 'fixed' | 'marked' | 'duplicate' | 'quarantined' | 'fact'
}

/** The report as a person reads it, in the order of the work; lines that count nothing are left out. */
export function describeCleaning(report: ImportReport): CleaningLine[] {
  return [
    ...factLines(report),
    ...linesOf(report.fixed, fixedNames, 'fixed'),
    ...linesOf(report.duplicates, duplicateNames, 'duplicate'),
    ...linesOf(report.quarantined, quarantineNames, 'quarantined'),
    ...linesOf(report.asStored.byMark, markNames, 'marked'),
    ...linesOf(report.asStored.byLineType, lineTypeNames, 'stored'),
  ].filter((line) => line.count > 0)
}

function factLines({ asRead, asStored, items }: ImportReport): CleaningLine[] {
  const fact = (count: number, en: string, zh: string): CleaningLine => ({
    name: { en, zh },
    count,
    action: 'fact',
  })
  return [
    fact(
      asRead.withoutCustomerCount,
      'rows without a customer, kept as anonymous',
      '无客户的行（按匿名保留）',
    ),
    fact(asRead.cancellationCount, 'lines that cancel or refund', '取消或退款的行'),
    fact(asStored.tiedCount, 'of them tied to the purchase they take back', '其中已关联到原购买'),
    fact(asRead.nonPositiveQuantityCount, 'lines with a quantity of zero or less', '数量小于等于零的行'),
    fact(asRead.negativePriceCount, 'lines with a negative price', '价格为负的行'),
    fact(asRead.zeroPriceCount, 'lines with a price of zero', '价格为零的行'),
    fact(asRead.withoutDescriptionCount, 'lines without a description', '无商品描述的行'),
    fact(items.count, 'items', '商品'),
    fact(items.withoutDescriptionCount, 'items without a name or description', '无名称或描述的商品'),
    fact(items.withoutPriceCount, 'items without a price', '无价格的商品'),
  ]
}

type Names = Readonly<Record<string, Bilingual>>

function linesOf(
  counts: Readonly<Record<string, number>>,
  names: Names,
  action: CleaningLine['action'],
): CleaningLine[] {
  return Object.entries(counts).map(([key, count]) => ({
    name: names[key] ?? { en: key, zh: key },
    count,
    action,
  }))
}

const fixedNames: Names = {
  trimmed: { en: 'lines with blanks cut off', zh: '去除首尾空白的行' },
  id_form: { en: 'customer ids brought to one form', zh: '统一格式的客户编号' },
  no_id: { en: 'ids that stand for nobody, taken off', zh: '去除的无效编号' },
  number_form: { en: 'numbers with signs or separators, read', zh: '带符号或分隔符的数字（已解析）' },
  stock_note: { en: "the stock room's notes, not taken for names", zh: '库存备注（不作为商品名）' },
}
const duplicateNames: Names = {
  repeat: { en: 'rows that repeat an earlier row of the file', zh: '与文件中前面的行重复的行' },
  stored: { en: 'rows that an earlier import stored', zh: '此前导入已存储的行' },
}
const quarantineNames: Names = {
  schema_violation: {
    en: 'rows that do not fit: a cell missing, no date, no number',
    zh: '不符合要求的行：缺列、日期或数字无效',
  },
  bad_encoding: { en: 'rows that are not UTF-8', zh: '非 UTF-8 编码的行' },
  bad_json: { en: 'lines that are not JSON', zh: '不是 JSON 的行' },
  too_large_event: { en: 'rows that are too long', zh: '过长的行' },
  no_identity: { en: 'calls without an id of anybody', zh: '没有任何身份标识的调用' },
  illegal_id: { en: 'calls with an id that is none', zh: '身份标识无效的调用' },
  time_future: { en: 'rows of the future', zh: '时间在未来的行' },
  time_past: { en: 'rows of before 1900', zh: '早于 1900 年的行' },
  unknown_event: { en: 'rows of an unknown kind', zh: '未知事件类型的行' },
}
const markNames: Names = {
  no_description: { en: 'order lines whose item has no description', zh: '商品无描述的订单行' },
  no_price: { en: 'order lines without a price', zh: '无价格的订单行' },
  negative_price: { en: 'order lines with a negative price', zh: '价格为负的订单行' },
  outlier_quantity: { en: 'unusually large quantities', zh: '异常大的数量' },
  outlier_price: { en: 'unusual prices', zh: '异常的价格' },
  untied_refund: { en: 'refunds whose purchase is not known', zh: '找不到原购买的退款' },
  whole_order: { en: 'refunds of a whole order', zh: '整单退款' },
  bot: { en: 'lines of robots, left out of features', zh: '机器人的行（不计入特征）' },
}
const lineTypeNames: Names = {
  product: { en: 'order lines of products', zh: '商品订单行' },
  shipping: { en: 'lines of postage and carriage', zh: '邮费与运费行' },
  fee: { en: 'lines of charges and taxes', zh: '手续费与税费行' },
  discount: { en: 'lines of discounts', zh: '折扣行' },
  adjustment: { en: 'lines of corrections and stock write-offs', zh: '人工调整与库存核销行' },
  sample: { en: 'lines of samples', zh: '样品行' },
  gift_card: { en: 'lines of gift cards', zh: '礼品卡行' },
  test: { en: 'lines of tests', zh: '测试行' },
}

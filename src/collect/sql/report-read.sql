-- One row: the rows of the file that could be read, before repeats were left out.
SELECT
    uniqExact(row_number) AS rowCount,
    uniqExactIf(row_number, user_id = '') AS withoutCustomerCount,
    countIf(is_cancelled) AS cancellationCount,
    countIf(is_order AND stated_quantity <= 0) AS nonPositiveQuantityCount,
    countIf(has(marks, 'negative_price')) AS negativePriceCount,
    countIf(has(marks, 'no_price')) AS zeroPriceCount,
    countIf(has(marks, 'no_description') AND NOT has(fixes, 'stock_note')) AS withoutDescriptionCount,
    uniqExactIf(order_id, order_id != '') AS orderCount,
    uniqExactIf(user_id, user_id != '') AS customerCount,
    uniqExactIf(item_id, item_id != '') AS itemCount,
    round(sum(stated_amount), 2) AS amount
FROM {lines:Identifier}
WHERE status = 'accepted' AND kind != ''

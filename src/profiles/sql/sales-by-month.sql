-- One row per calendar month of the shop up to a cut: sales to known people; scans purchase lines.
SELECT
    formatDateTime(sales_month, '%Y-%m') AS month,
    sum(spend) AS spend,
    sum(orders) AS order_count,
    countIf(sales_month = first_month) AS new_customer_count
FROM (
    SELECT
        profile_id,
        toStartOfMonth(toTimeZone(at, {time_zone:String})) AS sales_month,
        toFloat64(sum(amount)) AS spend,
        uniqExact(order_id) AS orders,
        min(sales_month) OVER (PARTITION BY profile_id) AS first_month
    FROM {history:Identifier}
    WHERE kind = 'purchase'
        AND line_type = 'product'
        AND profile_id != ''
        AND at <= fromUnixTimestamp64Milli({as_of_ms:Int64}, 'UTC')
        AND NOT has(marks, 'bot')
    GROUP BY profile_id, sales_month
)
GROUP BY sales_month
ORDER BY sales_month

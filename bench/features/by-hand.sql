-- One row per profile: the same numbers and labels, in the same order, as `likeness` computes of these definitions,
-- written by hand as one query: the edges and limits as scalars, one scan of all lines, orders, pairs of profile and
-- item, and lines beside their items; scans the history before the cut four times, purchases once more for the scalars.
WITH
    toDateTime64({cut:String}, 3, 'UTC') AS cut,
    toFloat64(toInt32(toDate32(cut, 'Europe/London'))) AS today,
    toDateTime64(toDate32(cut, 'Europe/London') - 7, 3, 'Europe/London') AS d7,
    toDateTime64(toDate32(cut, 'Europe/London') - 30, 3, 'Europe/London') AS d30,
    toDateTime64(toDate32(cut, 'Europe/London') - 60, 3, 'Europe/London') AS d60,
    toDateTime64(toDate32(cut, 'Europe/London') - 90, 3, 'Europe/London') AS d90,
    toDateTime64(toDate32(cut, 'Europe/London') - 180, 3, 'Europe/London') AS d180,
    (
        SELECT (
            quantileExactWeighted(0.999)(quantity, 1),
            quantileExactWeighted(0.999)(toFloat64(price), 1),
            quantilesExactWeighted(0.2, 0.4, 0.6, 0.8)(toFloat64(price), 1)
        )
        FROM events
        WHERE at <= cut AND kind = 'purchase' AND line_type = 'product' AND profile_id != '' AND NOT has(marks, 'bot')
    ) AS limits,
    assumeNotNull(limits.1) AS quantity_limit,
    assumeNotNull(limits.2) AS price_limit,
    (
        SELECT quantilesExact(0.2, 0.4, 0.6, 0.8)(value)
        FROM (
            SELECT sum(toFloat64(amount) * least(1, quantity_limit / quantity) * least(1, price_limit / toFloat64(price)))
                / uniqExact(if(order_id = '', event_id, order_id)) AS value
            FROM events
            WHERE at <= cut AND kind = 'purchase' AND line_type = 'product' AND profile_id != '' AND NOT has(marks, 'bot')
            GROUP BY profile_id
        )
    ) AS tiers
SELECT
    by_line.profile_id AS profile_id,
    [
        if(lines = 0, nan, today - last_bought), if(lines = 0, nan, today - first_bought), today - first_seen,
        orders, orders_90, orders_180, order_decay,
        spend, spend_90, clipped, clipped_90, clipped_180, spend_decay,
        if(clipped_90 + clipped_180 = 0, nan, (clipped_90 - clipped_180) / (clipped_90 + clipped_180)),
        if(orders_90 + orders_180 = 0, nan, (orders_90 - orders_180) / (orders_90 + orders_180)),
        units, units_clipped, units_clipped_90, lines,
        if(orders = 0, nan, spend / orders), if(orders = 0, nan, clipped / orders) AS basket,
        if(orders < 2, nan, basket_spread), if(orders = 0, nan, units_clipped / orders),
        if(orders = 0, nan, lines / orders),
        if(length(days) < 2, nan, (arrayMax(days) - arrayMin(days)) / (length(days) - 1)) AS gap,
        if(length(days) < 3, nan,
            arrayReduce('stddevSampStable', arrayPopFront(arrayDifference(arraySort(days))))),
        if(lines = 0 OR isNaN(gap) OR gap = 0, nan, (today - last_bought) / gap),
        monday / orders, tuesday / orders, wednesday / orders, thursday / orders, friday / orders, saturday / orders,
        sunday / orders, night / orders, morning / orders, afternoon / orders, evening / orders,
        refunds, refunded, if(spend = 0, nan, least(1, refunded / spend)),
        if(lines = 0, nan, price_sum / lines), if(lines < 2, nan, price_spread),
        band_1 / lines, band_2 / lines, band_3 / lines, band_4 / lines, band_5 / lines,
        if(isNaN(basket), nan, toFloat64(1 + arrayCount(edge -> basket > edge, tiers))),
        items_bought, toFloat64(length(arrayDistinct(bought_categories))), if(lines = 0, nan, items_bought / lines)
    ] AS first_numbers,
    arrayMap(k -> countEqual(bought_categories, k) / length(bought_categories), {category_keys:Array(UInt16)}) AS a,
    arrayMap(k -> countEqual(bought_brands, k) / length(bought_brands), {brand_keys:Array(UInt16)}) AS b,
    arrayMap(k -> countEqual(bought_topics, k) / length(bought_topics), {topic_keys:Array(UInt16)}) AS c,
    arrayMap(k -> countEqual(viewed_categories, k) / length(viewed_categories), {category_keys:Array(UInt16)}) AS d,
    arrayMap(k -> countEqual(viewed_topics, k) / length(viewed_topics), {topic_keys:Array(UInt16)}) AS e,
    [
        coupon_orders, if(orders = 0, nan, coupon_orders / orders), discounts,
        events_7, events_30, events_90, events_60,
        if(events_30 + events_60 = 0, nan, (events_30 - events_60) / (events_30 + events_60)),
        activity_decay, today - last_seen, visits, visits_30, active_days, if(visits = 0, nan, orders / visits),
        views, views_30, view_decay, if(dwells = 0, nan, dwell / dwells), clicks_30, searches, searches_30,
        carts, carts_30, if(views = 0, nan, carts / views), wishes, reviews, if(ratings = 0, nan, rating_sum / ratings)
    ] AS last_numbers,
    CAST(arrayConcat(first_numbers, a, b, c, d, e, last_numbers), 'Array(Float64)') AS numbers,
    [
        toString(last_country), favourite_item,
        arrayElement({categories:Array(String)}, arraySort(arrayMap(
            k -> (-toInt64(countEqual(bought_categories, k)), k), arrayDistinct(bought_categories)))[1].2),
        arrayElement({brands:Array(String)}, arraySort(arrayMap(
            k -> (-toInt64(countEqual(bought_brands, k)), k), arrayDistinct(bought_brands)))[1].2)
    ] AS labels
FROM (
    SELECT
        profile_id,
        toFloat64(countIf(bought)) AS lines,
        toFloat64(toInt32(toDate32(maxIf(at, bought), 'Europe/London'))) AS last_bought,
        toFloat64(toInt32(toDate32(minIf(at, bought), 'Europe/London'))) AS first_bought,
        toFloat64(toInt32(toDate32(min(at), 'Europe/London'))) AS first_seen,
        toFloat64(toInt32(toDate32(max(at), 'Europe/London'))) AS last_seen,
        toFloat64(sumIf(amount, bought)) AS spend,
        toFloat64(sumIf(amount, bought AND at >= d90)) AS spend_90,
        sumIf(clipped_amount, bought) AS clipped,
        sumIf(clipped_amount, bought AND at >= d90) AS clipped_90,
        sumIf(clipped_amount, bought AND at >= d180 AND at < d90) AS clipped_180,
        sumIf(clipped_amount * exp(age * -0.6931471805599453 / 90), bought) AS spend_decay,
        sumIf(quantity, bought) AS units,
        sumIf(least(quantity, quantity_limit), bought) AS units_clipped,
        sumIf(least(quantity, quantity_limit), bought AND at >= d90) AS units_clipped_90,
        toFloat64(countIf(kind = 'refund' AND line_type = 'product')) AS refunds,
        toFloat64(sumIf(amount, kind = 'refund' AND line_type = 'product')) AS refunded,
        sumIf(least(toFloat64(price), price_limit), bought) AS price_sum,
        stddevSampStableIf(least(toFloat64(price), price_limit), bought) AS price_spread,
        toFloat64(countIf(bought AND band = 1)) AS band_1,
        toFloat64(countIf(bought AND band = 2)) AS band_2,
        toFloat64(countIf(bought AND band = 3)) AS band_3,
        toFloat64(countIf(bought AND band = 4)) AS band_4,
        toFloat64(countIf(bought AND band = 5)) AS band_5,
        toFloat64(countIf(kind = 'purchase' AND line_type = 'discount')) AS discounts,
        toFloat64(countIf(at >= d7)) AS events_7,
        toFloat64(countIf(at >= d30)) AS events_30,
        toFloat64(countIf(at >= d90)) AS events_90,
        toFloat64(countIf(at >= d60 AND at < d30)) AS events_60,
        toFloat64(sum(exp(age * -0.6931471805599453 / 30))) AS activity_decay,
        toFloat64(uniqExact(visit)) AS visits,
        toFloat64(uniqExactIf(visit, at >= d30)) AS visits_30,
        toFloat64(uniqExactIf(toDate32(at, 'Europe/London'), at >= d90)) AS active_days,
        toFloat64(countIf(kind = 'view')) AS views,
        toFloat64(countIf(kind = 'view' AND at >= d30)) AS views_30,
        sumIf(exp(age * -0.6931471805599453 / 7), kind = 'view') AS view_decay,
        sumIf(dwell_ms / 1000, kind = 'view' AND dwell_ms > 0) AS dwell,
        toFloat64(countIf(kind = 'view' AND dwell_ms > 0)) AS dwells,
        toFloat64(countIf(kind = 'click' AND at >= d30)) AS clicks_30,
        toFloat64(countIf(kind = 'search')) AS searches,
        toFloat64(countIf(kind = 'search' AND at >= d30)) AS searches_30,
        toFloat64(countIf(kind = 'cart_add')) AS carts,
        toFloat64(countIf(kind = 'cart_add' AND at >= d30)) AS carts_30,
        toFloat64(countIf(kind = 'wishlist_add')) AS wishes,
        toFloat64(countIf(kind = 'review')) AS reviews,
        sumIf(rating, kind IN ('review', 'survey') AND rating > 0) AS rating_sum,
        toFloat64(countIf(kind IN ('review', 'survey') AND rating > 0)) AS ratings,
        argMaxIf(country, at, country != '') AS last_country
    FROM (
        SELECT
            *,
            kind = 'purchase' AND line_type = 'product' AS bought,
            toFloat64(amount) * least(1, quantity_limit / quantity) * least(1, price_limit / toFloat64(price)) AS clipped_amount,
            dateDiff('millisecond', at, cut) / 86400000 AS age,
            1 + (toFloat64(price) > limits.3[1]) + (toFloat64(price) > limits.3[2])
                + (toFloat64(price) > limits.3[3]) + (toFloat64(price) > limits.3[4]) AS band,
            if(session_id = '', toUInt64(toDate(at, 'Europe/London')), cityHash64(session_id)) AS visit
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot')
    )
    GROUP BY profile_id
) AS by_line
LEFT JOIN (
    SELECT
        profile_id,
        toFloat64(count()) AS orders,
        toFloat64(countIf(order_at >= d90)) AS orders_90,
        toFloat64(countIf(order_at >= d180 AND order_at < d90)) AS orders_180,
        toFloat64(sum(exp(dateDiff('millisecond', order_at, cut) / 86400000 * -0.6931471805599453 / 90))) AS order_decay,
        stddevSampStable(order_value) AS basket_spread,
        groupUniqArray(toInt32(toDate32(order_at, 'Europe/London'))) AS days,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 1)) AS monday,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 2)) AS tuesday,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 3)) AS wednesday,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 4)) AS thursday,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 5)) AS friday,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 6)) AS saturday,
        toFloat64(countIf(toDayOfWeek(order_at, 0, 'Europe/London') = 7)) AS sunday,
        toFloat64(countIf(toHour(order_at, 'Europe/London') < 6)) AS night,
        toFloat64(countIf(toHour(order_at, 'Europe/London') >= 6 AND toHour(order_at, 'Europe/London') < 12)) AS morning,
        toFloat64(countIf(toHour(order_at, 'Europe/London') >= 12 AND toHour(order_at, 'Europe/London') < 18)) AS afternoon,
        toFloat64(countIf(toHour(order_at, 'Europe/London') >= 18)) AS evening,
        toFloat64(sum(has_coupon)) AS coupon_orders
    FROM (
        SELECT
            profile_id,
            min(at) AS order_at,
            sum(toFloat64(amount) * least(1, quantity_limit / quantity) * least(1, price_limit / toFloat64(price))) AS order_value,
            max(coupon != '') AS has_coupon
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot') AND kind = 'purchase' AND line_type = 'product'
        GROUP BY profile_id, cityHash64(if(order_id = '', event_id, order_id))
    )
    GROUP BY profile_id
) AS by_order ON by_order.profile_id = by_line.profile_id
LEFT JOIN (
    SELECT profile_id, toFloat64(count()) AS items_bought, argMin(item_id, (-toInt64(bought_count), item_id)) AS favourite_item
    FROM (
        SELECT profile_id, item_id, count() AS bought_count
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot') AND kind = 'purchase' AND line_type = 'product'
            AND item_id != ''
        GROUP BY profile_id, item_id
    )
    GROUP BY profile_id
) AS by_item ON by_item.profile_id = by_line.profile_id
LEFT JOIN (
    SELECT
        profile_id,
        groupArrayIf(category, bought AND category > 0) AS bought_categories,
        groupArrayIf(brand, bought AND brand > 0) AS bought_brands,
        groupArrayIf(topic, bought AND topic > 0) AS bought_topics,
        groupArrayIf(category, kind != 'purchase' AND category > 0) AS viewed_categories,
        groupArrayIf(topic, kind != 'purchase' AND topic > 0) AS viewed_topics
    FROM (
        SELECT profile_id, kind, kind = 'purchase' AND line_type = 'product' AS bought, item_id
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot')
            AND (kind IN ('view', 'click', 'cart_add', 'wishlist_add') OR kind = 'purchase' AND line_type = 'product')
    ) AS seen
    ANY LEFT JOIN (
        SELECT
            item_id,
            toUInt16(indexOf({categories:Array(String)}, toString(category[1]))) AS category,
            toUInt16(indexOf({brands:Array(String)}, toString(brand))) AS brand,
            toUInt16(indexOf({topics:Array(String)}, topic)) AS topic
        FROM items
        ANY LEFT JOIN (
            SELECT item_id, argMax(toString(tag), weight) AS topic
            FROM item_tags
            WHERE model = 'topics'
            GROUP BY item_id
        ) AS tags USING (item_id)
    ) AS known USING (item_id)
    GROUP BY profile_id
) AS by_content ON by_content.profile_id = by_line.profile_id

-- One row per profile: the same numbers, labels and affinities, in the same order, as `likeness` computes of these
-- definitions, written by hand as one query: the edges and limits as scalars, one scan each of all lines, of orders, of visits,
-- of pairs of profile and item, of lines beside their items, of lines beside what is said of their words, and of statements;
-- scans the history before the cut six times, purchases once more for the scalars.
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
        multiIf(match(age_text, '^[0-9]{1,3}$') AND toUInt16OrZero(age_text) <= 130, toFloat64OrZero(age_text), nan),
        if(preference = '', nan, today - toFloat64(toInt32(toDate32(preference_at, 'Europe/London')))),
        today - first_seen,
        if(lines = 0, nan, today - last_bought), if(lines = 0, nan, today - first_bought),
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
        if(lines = 0, nan, price_sum / lines), if(lines < 2, nan, price_spread), if(lines = 0, nan, price_max),
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
        coupon_orders, if(orders = 0, nan, coupon_orders / orders), discounts, discounted,
        if(spend = 0, nan, discounted / spend),
        visits, visits_30, visit_seconds, visit_events, bounces, carted, abandoned,
        if(carted = 0, nan, abandoned / carted), if(visits = 0, nan, orders / visits),
        events_7, events_30, events_90, events_60,
        if(events_30 + events_60 = 0, nan, (events_30 - events_60) / (events_30 + events_60)),
        activity_decay,
        hour_0 / events, hour_1 / events, hour_2 / events, hour_3 / events, hour_4 / events, hour_5 / events,
        hour_6 / events, hour_7 / events, hour_8 / events, hour_9 / events, hour_10 / events, hour_11 / events,
        hour_12 / events, hour_13 / events, hour_14 / events, hour_15 / events, hour_16 / events, hour_17 / events,
        hour_18 / events, hour_19 / events, hour_20 / events, hour_21 / events, hour_22 / events, hour_23 / events,
        monday_events / events, tuesday_events / events, wednesday_events / events, thursday_events / events,
        friday_events / events, saturday_events / events, sunday_events / events,
        today - last_seen, active_days,
        views, views_30, view_decay, if(views = 0, nan, today - last_viewed), if(dwells = 0, nan, dwell / dwells), dwell_30,
        lists_30, impressions_30, clicks_30, if(impressions_30 = 0, nan, clicks_30 / impressions_30),
        searches, searches_30, if(searches = 0, nan, today - last_searched),
        carts, carts_30, if(views = 0, nan, carts / views), cart_removes, checkouts_30, wishes,
        reviews, if(ratings = 0, nan, rating_sum / ratings), if(ratings = 0, nan, rating_min),
        if(feelings = 0, nan, feeling_sum / feelings),
        surveys, if(survey_ratings = 0, nan, survey_rating_sum / survey_ratings)
    ] AS last_numbers,
    arrayMap(k -> countEqual(searched_topics, k) / length(searched_topics), {topic_keys:Array(UInt16)}) AS f,
    arrayMap(k -> countEqual(reviewed_topics, k) / length(reviewed_topics), {topic_keys:Array(UInt16)}) AS g,
    CAST(arrayConcat(first_numbers, a, b, c, d, e, last_numbers, f, g), 'Array(Float64)') AS numbers,
    [
        sex, city, income, preference,
        toString(last_country), toString(first_source), toString(last_source), favourites[1].2,
        arrayElement({categories:Array(String)}, arraySort(arrayMap(
            k -> (-toInt64(countEqual(bought_categories, k)), k), arrayDistinct(bought_categories)))[1].2),
        arrayElement({brands:Array(String)}, arraySort(arrayMap(
            k -> (-toInt64(countEqual(bought_brands, k)), k), arrayDistinct(bought_brands)))[1].2)
    ] AS labels,
    [
        arrayMap(p -> (p.2, -p.1 / lines_of_items), favourites),
        arrayMap(e -> ({categories:Array(String)}[e.2], e.3), arraySlice(arrayPartialSort(5, arrayMap(
            p -> (-floor(p.2 / arraySum(x -> x.2, category_weights) * 1000000 + 0.5), p.1,
                p.2 / arraySum(x -> x.2, category_weights)), category_weights)), 1, 5)),
        arrayMap(e -> ({brands:Array(String)}[e.2], e.3), arraySlice(arrayPartialSort(5, arrayMap(
            p -> (-floor(p.2 / arraySum(x -> x.2, brand_weights) * 1000000 + 0.5), p.1,
                p.2 / arraySum(x -> x.2, brand_weights)), brand_weights)), 1, 5)),
        arrayMap(e -> ({topics:Array(String)}[e.2], e.3), arraySlice(arrayPartialSort(5, arrayMap(
            p -> (-floor(p.2 / arraySum(x -> x.2, topic_weights) * 1000000 + 0.5), p.1,
                p.2 / arraySum(x -> x.2, topic_weights)), topic_weights)), 1, 5)),
        arrayMap(e -> (e.2, e.3), arraySlice(arrayPartialSort(5, arrayMap(
            p -> (-floor(p.2 / arraySum(x -> x.2, item_weights) * 1000000 + 0.5), p.1,
                p.2 / arraySum(x -> x.2, item_weights)), item_weights)), 1, 5)),
        arrayMap(e -> (toString(e.2), e.3), arraySlice(arrayPartialSort(5, arrayMap(
            p -> (-floor(p.2 / arraySum(x -> x.2, band_weights) * 1000000 + 0.5), p.1,
                p.2 / arraySum(x -> x.2, band_weights)), band_weights)), 1, 5))
    ] AS affinities
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
        maxIf(least(toFloat64(price), price_limit), bought) AS price_max,
        toFloat64(countIf(bought AND band = 1)) AS band_1,
        toFloat64(countIf(bought AND band = 2)) AS band_2,
        toFloat64(countIf(bought AND band = 3)) AS band_3,
        toFloat64(countIf(bought AND band = 4)) AS band_4,
        toFloat64(countIf(bought AND band = 5)) AS band_5,
        sumMapIf([band], [exp(age * -0.6931471805599453 / 90)], bought) AS band_sums,
        arrayZip(band_sums.1, band_sums.2) AS band_weights,
        toFloat64(countIf(kind = 'purchase' AND line_type = 'discount')) AS discounts,
        toFloat64(sumIf(amount, kind = 'purchase' AND line_type = 'discount')) AS discounted,
        toFloat64(count()) AS events,
        toFloat64(countIf(at >= d7)) AS events_7,
        toFloat64(countIf(at >= d30)) AS events_30,
        toFloat64(countIf(at >= d90)) AS events_90,
        toFloat64(countIf(at >= d60 AND at < d30)) AS events_60,
        toFloat64(sum(exp(age * -0.6931471805599453 / 30))) AS activity_decay,
        toFloat64(countIf(hour = 0)) AS hour_0,
        toFloat64(countIf(hour = 1)) AS hour_1,
        toFloat64(countIf(hour = 2)) AS hour_2,
        toFloat64(countIf(hour = 3)) AS hour_3,
        toFloat64(countIf(hour = 4)) AS hour_4,
        toFloat64(countIf(hour = 5)) AS hour_5,
        toFloat64(countIf(hour = 6)) AS hour_6,
        toFloat64(countIf(hour = 7)) AS hour_7,
        toFloat64(countIf(hour = 8)) AS hour_8,
        toFloat64(countIf(hour = 9)) AS hour_9,
        toFloat64(countIf(hour = 10)) AS hour_10,
        toFloat64(countIf(hour = 11)) AS hour_11,
        toFloat64(countIf(hour = 12)) AS hour_12,
        toFloat64(countIf(hour = 13)) AS hour_13,
        toFloat64(countIf(hour = 14)) AS hour_14,
        toFloat64(countIf(hour = 15)) AS hour_15,
        toFloat64(countIf(hour = 16)) AS hour_16,
        toFloat64(countIf(hour = 17)) AS hour_17,
        toFloat64(countIf(hour = 18)) AS hour_18,
        toFloat64(countIf(hour = 19)) AS hour_19,
        toFloat64(countIf(hour = 20)) AS hour_20,
        toFloat64(countIf(hour = 21)) AS hour_21,
        toFloat64(countIf(hour = 22)) AS hour_22,
        toFloat64(countIf(hour = 23)) AS hour_23,
        toFloat64(countIf(weekday = 1)) AS monday_events,
        toFloat64(countIf(weekday = 2)) AS tuesday_events,
        toFloat64(countIf(weekday = 3)) AS wednesday_events,
        toFloat64(countIf(weekday = 4)) AS thursday_events,
        toFloat64(countIf(weekday = 5)) AS friday_events,
        toFloat64(countIf(weekday = 6)) AS saturday_events,
        toFloat64(countIf(weekday = 7)) AS sunday_events,
        toFloat64(uniqExactIf(toDate32(at, 'Europe/London'), at >= d90)) AS active_days,
        toFloat64(countIf(viewed)) AS views,
        toFloat64(countIf(viewed AND at >= d30)) AS views_30,
        sumIf(exp(age * -0.6931471805599453 / 7), viewed) AS view_decay,
        toFloat64(toInt32(toDate32(maxIf(at, viewed), 'Europe/London'))) AS last_viewed,
        sumIf(dwell_ms / 1000, dwelled) AS dwell,
        sumIf(dwell_ms / 1000, dwelled AND at >= d30) AS dwell_30,
        toFloat64(countIf(dwelled)) AS dwells,
        toFloat64(countIf(kind = 'list_view' AND at >= d30)) AS lists_30,
        toFloat64(countIf(kind = 'impression' AND at >= d30)) AS impressions_30,
        toFloat64(countIf(kind = 'click' AND at >= d30)) AS clicks_30,
        toFloat64(countIf(kind = 'search')) AS searches,
        toFloat64(countIf(kind = 'search' AND at >= d30)) AS searches_30,
        toFloat64(toInt32(toDate32(maxIf(at, kind = 'search'), 'Europe/London'))) AS last_searched,
        toFloat64(countIf(kind = 'cart_add')) AS carts,
        toFloat64(countIf(kind = 'cart_add' AND at >= d30)) AS carts_30,
        toFloat64(countIf(kind = 'cart_remove')) AS cart_removes,
        toFloat64(countIf(kind = 'checkout' AND at >= d30)) AS checkouts_30,
        toFloat64(countIf(kind = 'wishlist_add')) AS wishes,
        toFloat64(countIf(kind = 'review')) AS reviews,
        sumIf(rating, kind = 'review' AND rating > 0) AS rating_sum,
        minIf(rating, kind = 'review' AND rating > 0) AS rating_min,
        toFloat64(countIf(kind = 'review' AND rating > 0)) AS ratings,
        toFloat64(countIf(kind = 'survey')) AS surveys,
        sumIf(rating, kind = 'survey' AND rating > 0) AS survey_rating_sum,
        toFloat64(countIf(kind = 'survey' AND rating > 0)) AS survey_ratings,
        argMaxIf(country, (at, bitAnd(CRC32(toString(country)), 1048575)), country != '') AS last_country,
        argMinIf(source, (at, bitAnd(CRC32(toString(source)), 1048575)), source != '') AS first_source,
        argMaxIf(source, (at, bitAnd(CRC32(toString(source)), 1048575)), source != '') AS last_source
    FROM (
        SELECT
            *,
            kind = 'purchase' AND line_type = 'product' AS bought,
            kind = 'view' AND item_id != '' AS viewed,
            kind IN ('view', 'custom') AND item_id != '' AND dwell_ms > 0 AS dwelled,
            toFloat64(amount) * least(1, quantity_limit / quantity) * least(1, price_limit / toFloat64(price)) AS clipped_amount,
            dateDiff('millisecond', at, cut) / 86400000 AS age,
            toUInt16(1 + (toFloat64(price) > limits.3[1]) + (toFloat64(price) > limits.3[2])
                + (toFloat64(price) > limits.3[3]) + (toFloat64(price) > limits.3[4])) AS band,
            toHour(at, 'Europe/London') AS hour,
            toDayOfWeek(at, 0, 'Europe/London') AS weekday
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
    SELECT
        profile_id,
        toFloat64(count()) AS visits,
        toFloat64(countIf(visit_at >= d30)) AS visits_30,
        avg(toUnixTimestamp64Milli(last_at) - toUnixTimestamp64Milli(visit_at)) / 1000 AS visit_seconds,
        avg(event_count) AS visit_events,
        countIf(event_count = 1) / count() AS bounces,
        toFloat64(countIf(has_cart)) AS carted,
        toFloat64(countIf(has_cart AND NOT has_order)) AS abandoned
    FROM (
        SELECT
            profile_id,
            min(at) AS visit_at,
            max(at) AS last_at,
            countIf(line_index = 0) AS event_count,
            max(kind = 'cart_add') AS has_cart,
            max(kind = 'purchase') AS has_order
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot')
        GROUP BY
            profile_id,
            if(session_id = '', toUInt64(toUInt32(toInt32(toDate32(at, 'Europe/London')))), cityHash64(session_id))
    )
    GROUP BY profile_id
) AS by_visit ON by_visit.profile_id = by_line.profile_id
LEFT JOIN (
    SELECT
        profile_id,
        toFloat64(countIf(bought_count > 0)) AS items_bought,
        toFloat64(sum(bought_count)) AS lines_of_items,
        arraySlice(arrayPartialSort(5, groupArrayIf((-toInt64(bought_count), item_id), bought_count > 0)), 1, 5) AS favourites,
        groupArrayIf((item_id, weight), weight > 0) AS item_weights
    FROM (
        SELECT
            profile_id,
            item_id,
            countIf(kind = 'purchase') AS bought_count,
            sum(exp(dateDiff('millisecond', at, cut) / 86400000 * -0.6931471805599453 / 7)) AS weight
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot') AND item_id != ''
            AND kind IN ('view', 'click', 'cart_add', 'wishlist_add', 'purchase') AND line_type = 'product'
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
        groupArrayIf(topic, kind != 'purchase' AND topic > 0) AS viewed_topics,
        sumMapIf([category], [weight], line_type = 'product' AND category > 0) AS category_sums,
        sumMapIf([brand], [weight], line_type = 'product' AND brand > 0) AS brand_sums,
        sumMapIf([topic], [weight], line_type = 'product' AND topic > 0) AS topic_sums,
        arrayZip(category_sums.1, category_sums.2) AS category_weights,
        arrayZip(brand_sums.1, brand_sums.2) AS brand_weights,
        arrayZip(topic_sums.1, topic_sums.2) AS topic_weights
    FROM (
        SELECT
            profile_id,
            kind,
            line_type,
            kind = 'purchase' AND line_type = 'product' AS bought,
            item_id,
            exp(dateDiff('millisecond', at, cut) / 86400000 * -0.6931471805599453 / 30) AS weight
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
LEFT JOIN (
    SELECT
        profile_id,
        groupArrayIf(topic, kind = 'search' AND topic > 0) AS searched_topics,
        groupArrayIf(topic, kind = 'review' AND topic > 0) AS reviewed_topics,
        sumIf(feeling, kind = 'review' AND is_read = 1 AND NOT isNaN(feeling)) AS feeling_sum,
        toFloat64(countIf(kind = 'review' AND is_read = 1 AND NOT isNaN(feeling))) AS feelings
    FROM (
        SELECT profile_id, kind, event_id, line_index
        FROM events
        WHERE at <= cut AND profile_id != '' AND NOT has(marks, 'bot') AND kind IN ('search', 'review')
            AND (query != '' OR text != '')
    ) AS told
    ANY LEFT JOIN (
        SELECT
            event_id,
            line_index,
            toUInt8(1) AS is_read,
            toUInt16(indexOf({topics:Array(String)}, toString(topic))) AS topic,
            toFloat64(sentiment) AS feeling
        FROM text_readings FINAL
        WHERE version = {text_version:String}
    ) AS readings USING (event_id, line_index)
    GROUP BY profile_id
) AS by_text ON by_text.profile_id = by_line.profile_id
LEFT JOIN (
    SELECT
        id AS profile_id,
        argMaxIf(value, at, name = 'age') AS age_text,
        argMaxIf(value, at, name = 'gender') AS sex,
        argMaxIf(value, at, name = 'city') AS city,
        argMaxIf(value, at, name = 'income') AS income,
        argMaxIf(value, at, name = 'interests') AS preference,
        maxIf(at, name = 'interests') AS preference_at
    FROM trait_statements FINAL
    WHERE at <= cut AND id_kind = 'user_id' AND value != ''
    GROUP BY profile_id
) AS by_trait ON by_trait.profile_id = by_line.profile_id

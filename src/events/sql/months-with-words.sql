-- One row per month with searches and reviews that hold words, of all or of one import; scans the columns of words.
SELECT toYYYYMM(at) AS month, count() AS lines
FROM events
WHERE (kind = 'search' AND query != '' OR kind = 'review' AND text != '') AND ({import_id:String} = '' OR import_id = {import_id:String})
GROUP BY month
ORDER BY month

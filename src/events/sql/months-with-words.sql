-- One row per month with lines that hold words, of all or of one import; scans the two columns of words.
SELECT toYYYYMM(at) AS month, count() AS lines
FROM events
WHERE (query != '' OR text != '') AND ({import_id:String} = '' OR import_id = {import_id:String})
GROUP BY month
ORDER BY month

-- One row per search and review of the made-up history: what a model says of its words, a topic for nine of ten and a
-- sentiment for every review.
INSERT INTO text_readings (version, event_id, line_index, topic, sentiment)
WITH sipHash64(query, text, 13) AS word
SELECT
    'bench',
    event_id,
    line_index,
    if(word % 10 = 0, '', 'topic ' || toString(word % 24)),
    toFloat32(if(kind = 'review', (word % 201) / 100. - 1, nan))
FROM events
WHERE kind IN ('search', 'review')

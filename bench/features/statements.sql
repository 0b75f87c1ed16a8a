-- One row per trait that every third profile, those who log in, states: their age, sex, city, income and an interest.
INSERT INTO trait_statements (id_kind, id, name, value, source, purpose, at)
WITH sipHash64(number, 11) AS word
SELECT
    'user_id',
    lower(hex(sipHash64(number))),
    said.1,
    said.2,
    'bench',
    '',
    toDateTime64('2025-03-01 00:00:00', 3, 'UTC') + toIntervalHour(number % 4000)
FROM numbers({profiles:UInt64})
ARRAY JOIN [
    ('age', toString(18 + word % 60)),
    ('gender', ['f', 'm', 'd'][1 + word % 3]),
    ('city', 'city ' || toString(word % 200)),
    ('income', 'band ' || toString(word % 6)),
    ('interests', 'category ' || toString(word % 40))
] AS said
WHERE number % 3 = 0

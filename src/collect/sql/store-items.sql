-- Everything prepared goes where readers find it, as the latest word: live events may have said theirs since it was prepared.
INSERT INTO items SELECT * REPLACE (greatest(updated_at, now64(3, 'UTC')) AS updated_at) FROM {new_items:Identifier}

-- One row per synthetic item: its topic, one of 24.
INSERT INTO item_tags (model, version, item_id, tag, weight)
SELECT 'topics', 'bench', 'sku-' || toString(number), 'topic ' || toString(sipHash64(number, 7) % 24), 1
FROM numbers(20000)

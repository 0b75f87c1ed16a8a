-- One row per topic of a version, in order; reads the tags of that version.
SELECT DISTINCT toString(tag) AS tag
FROM item_tags FINAL
WHERE model = 'topics' AND version = {version:String}
ORDER BY tag

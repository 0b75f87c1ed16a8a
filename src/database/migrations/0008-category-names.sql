-- The names of an item's categories in Chinese, from the broadest to the narrowest as in `category`; empty where none were stated.
ALTER TABLE items
ADD COLUMN IF NOT EXISTS category_zh Array(LowCardinality(String)) DEFAULT [];

-- All rows of a month at once: a reader sees those before or those after, never both.
ALTER TABLE {events:Identifier} REPLACE PARTITION ID {partition:String} FROM squash_copy

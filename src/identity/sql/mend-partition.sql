-- All rows of a month at once, those of a copy that was cut off on its way and those stored since.
ALTER TABLE {events:Identifier} REPLACE PARTITION ID {partition:String} FROM squash_mended

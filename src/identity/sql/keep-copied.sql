-- One row per row of a finished copy of a month.
INSERT INTO squash_mended SELECT * FROM squash_copy

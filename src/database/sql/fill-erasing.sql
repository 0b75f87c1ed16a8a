-- One row per id that is given.
INSERT INTO erasing SELECT arrayJoin({ids:Array(String)})

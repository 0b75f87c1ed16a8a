CREATE TABLE {copy:Identifier} AS events

CREATE TABLE {copy:Identifier} AS events_local

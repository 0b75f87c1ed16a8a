-- After a start the engine goes on to load replaced parts; before that it does not tell of them.
SYSTEM WAIT LOADING PARTS {table:Identifier}

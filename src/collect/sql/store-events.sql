-- Everything prepared goes where readers find it.
INSERT INTO events SELECT * FROM {new_events:Identifier}

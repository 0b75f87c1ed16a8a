-- Everything prepared goes where readers find it.
INSERT INTO items SELECT * FROM {new_items:Identifier}

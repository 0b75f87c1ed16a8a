-- Everything prepared goes where readers find it.
INSERT INTO quarantine SELECT * FROM {new_quarantine:Identifier}

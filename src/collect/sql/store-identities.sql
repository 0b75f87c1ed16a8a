-- Everything prepared goes where readers find it.
INSERT INTO identities SELECT * FROM {new_identities:Identifier}

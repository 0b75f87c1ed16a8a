-- Everything prepared goes where readers find it.
INSERT INTO traits SELECT * FROM {new_traits:Identifier}

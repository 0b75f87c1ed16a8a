-- Everything prepared goes where readers find it.
INSERT INTO trait_statements SELECT * FROM {new_traits:Identifier}

-- One row: the facts of people that will be stored.
SELECT (SELECT count() FROM {new_traits:Identifier}) AS traitCount, (SELECT count() FROM {new_identities:Identifier}) AS identityCount

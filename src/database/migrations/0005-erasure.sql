-- What was erased is to be gone from the disk within seconds: the engine looks every half minute, after a time without
-- work every five, for parts that mutations and merges have replaced, and older versions of it keep them for eight
-- minutes, lest a power cut take the new part. What these tables hold can be computed anew.
ALTER TABLE profile_features
MODIFY SETTING old_parts_lifetime = 5, cleanup_delay_period = 2, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
ALTER TABLE scores
MODIFY SETTING old_parts_lifetime = 5, cleanup_delay_period = 2, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;
ALTER TABLE text_readings
MODIFY SETTING old_parts_lifetime = 5, cleanup_delay_period = 2, max_cleanup_delay_period = 10, cleanup_delay_period_random_add = 1;

-- The order in which deliveries are taken. By itself, so that they are read while it is made.
CREATE INDEX notice_deliveries_turn ON notice_deliveries (bulk, try_at) WHERE stage = 1;

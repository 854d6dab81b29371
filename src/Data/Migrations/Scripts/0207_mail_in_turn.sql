-- The order in which deliveries are taken. While it is made they can be read and not be written: notices and mails wait for it, a few seconds for some
-- millions of them.
CREATE INDEX IF NOT EXISTS notice_deliveries_turn ON notice_deliveries (bulk, try_at) WHERE stage = 1;

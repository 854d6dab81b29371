-- Reports and the settlement read the ledger by time. BRIN: rows arrive in order of time, so that a few kilobytes serve any span, and an
-- append costs nothing worth measuring.
CREATE INDEX wallet_transactions_time ON wallet_transactions USING brin (occurred_at) WITH (pages_per_range = 32);

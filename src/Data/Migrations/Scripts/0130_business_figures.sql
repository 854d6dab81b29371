-- The business in one row, for gauges: read anew about once a minute by whichever silo finds it old, shown by all of them. Summing all wallets
-- is one scan; done by every silo at every scrape it would be the heaviest query there is.
CREATE TABLE business_figures
(
    id          int         NOT NULL PRIMARY KEY CHECK (id = 1),
    measured_at timestamptz NOT NULL,     -- real time
    figures     jsonb       NOT NULL
);

INSERT INTO business_figures (id, measured_at, figures) VALUES (1, '-infinity', '{}');

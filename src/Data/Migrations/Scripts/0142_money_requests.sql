-- Money that the desk moves by hand: corrections above the limit, and balances paid out by bank transfer. One row per intent, with the two
-- people behind it. A payout's row is the subledger of PAYOUT: what left outside is what is DONE here.
CREATE TABLE money_requests
(
    id              uuid             NOT NULL PRIMARY KEY,
    kind            text COLLATE "C" NOT NULL CHECK (kind IN ('ADJUSTMENT', 'PAYOUT')),
    user_id         uuid             NOT NULL,
    amount          bigint           NOT NULL CHECK (amount <> 0 AND (kind <> 'PAYOUT' OR amount > 0)),
    reference       text             NULL,      -- the bank's, of a payout
    reason          text             NOT NULL,
    status          text COLLATE "C" NOT NULL CHECK (status IN ('PENDING', 'APPROVED', 'REFUSED', 'DONE', 'FAILED')),
    requested_by    uuid             NOT NULL,
    requested_at    timestamptz      NOT NULL,
    decided_by      uuid             NULL,
    decided_at      timestamptz      NULL,
    decision_reason text             NULL,
    outcome         text             NULL,      -- why a FAILED one failed
    -- Whoever asked cannot decide, whatever the code says.
    CONSTRAINT money_requests_two_people CHECK (decided_by <> requested_by)
);
CREATE INDEX money_requests_status ON money_requests (status, requested_at DESC, id DESC);
CREATE INDEX money_requests_user ON money_requests (user_id, requested_at DESC);

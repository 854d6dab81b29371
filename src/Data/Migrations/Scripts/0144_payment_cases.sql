-- Payments that a person should look at: one row per kind and gateway reference, opened by whoever saw it (the deposit's grain, the inbox),
-- closed once with a reason. A credited case is part of GATEWAY's subledger: money the gateway took that no deposit of ours explains.
CREATE TABLE payment_cases
(
    id           uuid             NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    kind         text COLLATE "C" NOT NULL CHECK (kind IN ('LATE', 'PAID_TWICE', 'WRONG_AMOUNT', 'UNMATCHED', 'OTHER')),
    reference    text COLLATE "C" NOT NULL,
    merchant_ref text             NULL,
    deposit      text COLLATE "C" NULL,      -- grain key
    user_id      uuid             NULL,
    expected     bigint           NULL,      -- what our row asked for
    amount       bigint           NULL,      -- what the gateway said
    detail       text             NULL,
    opened_at    timestamptz      NOT NULL,
    status       text COLLATE "C" NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CREDITING', 'RESOLVED')),
    resolution   text COLLATE "C" NULL CHECK (resolution IN ('CREDIT', 'REFUND_OUTSIDE', 'DISMISS')),
    credit_user  uuid             NULL,
    credited     bigint           NULL CHECK (credited > 0),
    bank_ref     text             NULL,
    reason       text             NULL,
    resolved_by  uuid             NULL,
    resolved_at  timestamptz      NULL,
    UNIQUE (kind, reference)
);
CREATE INDEX payment_cases_status ON payment_cases (status, opened_at DESC, id DESC);
-- One payment is credited by hand once, under whatever kind it was opened.
CREATE UNIQUE INDEX payment_cases_credited_once ON payment_cases (reference) WHERE resolution = 'CREDIT';

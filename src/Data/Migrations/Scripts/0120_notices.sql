-- What customers are told, as kinds and figures; words are made where they are read. `id` is derived from (user_id, notice_id), so that what
-- is told twice is there once, for ever. `facts` of a mail that carries a secret is emptied once it left.
CREATE TABLE notices
(
    id         uuid             NOT NULL PRIMARY KEY,
    user_id    uuid             NOT NULL,
    notice_id  text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    facts      jsonb            NOT NULL,
    in_panel   boolean          NOT NULL,
    created_at timestamptz      NOT NULL,
    read_at    timestamptz      NULL
);
CREATE INDEX notices_panel ON notices (user_id, created_at DESC, id DESC) WHERE in_panel;
CREATE INDEX notices_unread ON notices (user_id) WHERE in_panel AND read_at IS NULL;

-- One way of one notice to the customer: the outbox. channel: 1 mail, 2 telegram, 3 webhook (target = its id). stage: 1 waiting, 2 accepted,
-- 3 refused for good, 4 given up. Taken in groups under a lease of real time; written in the statement that writes the notice.
CREATE TABLE notice_deliveries
(
    id           uuid             NOT NULL PRIMARY KEY DEFAULT gen_random_uuid(),
    notice       uuid             NOT NULL REFERENCES notices ON DELETE CASCADE,
    user_id      uuid             NOT NULL,
    channel      smallint         NOT NULL CHECK (channel BETWEEN 1 AND 3),
    target       text COLLATE "C" NOT NULL,
    stage        smallint         NOT NULL DEFAULT 1 CHECK (stage BETWEEN 1 AND 4),
    attempts     int              NOT NULL DEFAULT 0,
    try_at       timestamptz      NOT NULL,
    leased_until timestamptz      NULL,
    answer       text             NULL,
    created_at   timestamptz      NOT NULL,
    done_at      timestamptz      NULL,
    UNIQUE (notice, channel, target)
) WITH (fillfactor = 70);
CREATE INDEX notice_deliveries_due ON notice_deliveries (try_at) WHERE stage = 1;
CREATE INDEX notice_deliveries_open ON notice_deliveries (created_at DESC, id DESC) WHERE stage <> 2;
CREATE INDEX notice_deliveries_target ON notice_deliveries (target, created_at DESC, id DESC) WHERE channel = 3;

-- Where a customer wants to be called. `events` empty = all. The secret is encrypted by the Data Protection key ring. Off after days of
-- nothing but failures; `failing_since` is the first of the row.
CREATE TABLE webhooks
(
    id            uuid        NOT NULL PRIMARY KEY,
    user_id       uuid        NOT NULL,
    url           text        NOT NULL,
    secret        bytea       NOT NULL,
    events        text[]      NOT NULL,
    active        boolean     NOT NULL DEFAULT true,
    failing_since timestamptz NULL,
    created_at    timestamptz NOT NULL
);
CREATE INDEX webhooks_user ON webhooks (user_id);

-- A code that ties a Telegram chat to an account: shown once, used once, for ten minutes. Only its hash is kept.
CREATE TABLE telegram_codes
(
    code_hash  bytea       NOT NULL PRIMARY KEY,
    user_id    uuid        NOT NULL,
    expires_at timestamptz NOT NULL
);

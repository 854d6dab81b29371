-- The webhook and the mails of an alarm take it apart from each other: the cluster that mails go through may be what is away, and the webhook may be.
-- *_told_at stays "both took it", as those read and write it who do not know these columns yet: what they told stands, and what they find half told
-- they tell once more, which a mail's id and an alarm's id make harmless.
ALTER TABLE alarms
    ADD COLUMN raised_posted_at  timestamptz NULL,
    ADD COLUMN raised_mailed_at  timestamptz NULL,
    ADD COLUMN cleared_posted_at timestamptz NULL,
    ADD COLUMN cleared_mailed_at timestamptz NULL;

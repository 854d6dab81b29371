-- Which servers take a plan's stock. The lock of the claiming statement is the rule: no more than the plan's limit, whatever is clicked at once.
CREATE TABLE plan_stock
(
    instance uuid             NOT NULL PRIMARY KEY,
    plan_id  text COLLATE "C" NOT NULL
);
CREATE INDEX plan_stock_plan ON plan_stock (plan_id);

INSERT INTO plan_stock (instance, plan_id)
SELECT split_part(key, ':', 2)::uuid, payload -> 'order' ->> 'planId'
FROM grain_state
WHERE state = 'droplet' AND payload -> 'order' ->> 'planId' IS NOT NULL AND payload ->> 'phase' NOT IN ('None', 'Failed', 'Terminated');

-- Warnings that reached their reader: taken by the mail server, or opened in the panel. Nothing irreversible happens without its row.
CREATE TABLE warning_deliveries
(
    notice_id    text COLLATE "C" NOT NULL PRIMARY KEY,
    delivered_at timestamptz      NOT NULL
);

-- A sign of life of the billing engine, in the database's own time, and the business time at which it last came back after a long silence.
CREATE TABLE service_pulse
(
    id           smallint    NOT NULL PRIMARY KEY CHECK (id = 1),
    beat_at      timestamptz NOT NULL,
    recovered_at timestamptz NULL
);

-- A server on its way to another plan takes a piece of both, until it is known which of them it keeps.
ALTER TABLE plan_stock ADD COLUMN moving_to text COLLATE "C" NULL;

CREATE INDEX plan_stock_moving ON plan_stock (moving_to) WHERE moving_to IS NOT NULL;

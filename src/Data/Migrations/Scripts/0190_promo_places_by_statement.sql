-- A person's places may change numbers among each other within one statement (one is given back, another takes its number, the first comes
-- again): what must hold is that no two have the same number when the statement is done, not in between, row by row.
ALTER TABLE promo_usages DROP CONSTRAINT promo_usages_place;
ALTER TABLE promo_usages ADD CONSTRAINT promo_usages_place UNIQUE (promo_id, user_id, n) DEFERRABLE INITIALLY IMMEDIATE;

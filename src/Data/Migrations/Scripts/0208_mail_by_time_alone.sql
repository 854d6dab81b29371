-- notice_deliveries_turn serves instead.
DROP INDEX notice_deliveries_due;

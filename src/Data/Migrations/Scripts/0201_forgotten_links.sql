-- Mails that were refused or given up before 2026-11-30 kept the links in them: nobody needs those any more.
UPDATE notices n SET facts = '{}' FROM notice_deliveries d
WHERE d.stage IN (3, 4) AND d.channel = 1 AND n.id = d.notice AND n.facts <> '{}'
  AND n.kind IN ('ConfirmEmail', 'ConfirmEmailAgain', 'ResetPassword', 'ApproveEmailChange', 'ConfirmNewEmail');

namespace Webrana.Wire;

/// <summary>
/// Every code the API answers, each with one status and one meaning. A code that comes from a grain is its error's name in snake_case.
/// Programs switch on these; treat an unknown one by its HTTP status.
/// </summary>
public static class ProblemCodes
{
    /// <summary>Not a code of the API: a client's word for an answer without one.</summary>
    public const string Unknown = "unknown";

    // Any endpoint
    public const string ValidationFailed = "validation_failed";
    public const string MalformedBody = "malformed_body";
    public const string InvalidCursor = "invalid_cursor";
    public const string InvalidLimit = "invalid_limit";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string BodyTooLarge = "body_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string TooManyRequests = "too_many_requests";
    public const string TemporarilyUnavailable = "temporarily_unavailable";
    public const string Overloaded = "overloaded";
    public const string OutcomeUnknown = "outcome_unknown";
    public const string InternalError = "internal_error";
    public const string InvalidIdempotencyKey = "invalid_idempotency_key";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string IdempotencyInProgress = "idempotency_in_progress";
    public const string OperationConflict = "operation_conflict";

    // Accounts
    public const string InvalidCredentials = "invalid_credentials";
    public const string EmailNotConfirmed = "email_not_confirmed";
    public const string EmailTaken = "email_taken";
    public const string WeakPassword = "weak_password";
    public const string InvalidToken = "invalid_token";
    public const string LockedOut = "locked_out";
    public const string InvalidSession = "invalid_session";
    public const string InvalidRefreshToken = "invalid_refresh_token";
    public const string OutboxFull = "outbox_full";

    // Account security
    public const string WrongPassword = "wrong_password";
    public const string TwoFactorRequired = "two_factor_required";
    public const string InvalidTwoFactorCode = "invalid_two_factor_code";
    public const string WrongCode = "wrong_code";
    public const string TwoFactorOn = "two_factor_on";
    public const string TwoFactorOff = "two_factor_off";
    public const string PasskeyRefused = "passkey_refused";
    public const string InvalidPasskey = "invalid_passkey";
    public const string TooManyPasskeys = "too_many_passkeys";
    public const string TooManyTokens = "too_many_tokens";
    public const string InsufficientScope = "insufficient_scope";

    // Wallets and deposits
    public const string InsufficientBalance = "insufficient_balance";
    public const string OutstandingDebt = "outstanding_debt";
    public const string InvalidAmount = "invalid_amount";
    public const string HoldNotFound = "hold_not_found";
    public const string AmountBelowMinimum = "amount_below_minimum";
    public const string AmountAboveMaximum = "amount_above_maximum";
    public const string PaymentMethodUnavailable = "payment_method_unavailable";
    public const string PromoCodeInvalid = "promo_code_invalid";
    public const string PromoBelowMinimum = "promo_below_minimum";
    public const string PromoWrongChannel = "promo_wrong_channel";
    public const string PromoAlreadyUsed = "promo_already_used";
    public const string TooManyPromoCodes = "too_many_promo_codes";
    public const string CodeTaken = "code_taken";
    public const string VersionConflict = "version_conflict";
    public const string Archived = "archived";
    public const string AlreadyDecided = "already_decided";
    public const string InvalidDefinition = "invalid_definition";
    public const string TooManyPendingDeposits = "too_many_pending_deposits";
    public const string GatewayUnavailable = "gateway_unavailable";
    public const string BudgetSpent = "budget_spent";
    public const string SettlementTooLong = "settlement_too_long";

    // Plans and orders
    public const string NoCapacity = "no_capacity";
    public const string SoldOut = "sold_out";
    public const string AlreadySent = "already_sent";
    public const string PlanUnavailable = "plan_unavailable";
    public const string RegionUnavailable = "region_unavailable";
    public const string ImageUnavailable = "image_unavailable";
    public const string PeriodNotAllowed = "period_not_allowed";
    public const string InvalidName = "invalid_name";
    public const string NameTaken = "name_taken";
    public const string AlreadyExists = "already_exists";
    public const string PriceMissing = "price_missing";
    public const string InvalidPrice = "invalid_price";
    public const string InvalidPlan = "invalid_plan";
    public const string NoticeTooShort = "notice_too_short";
    public const string InvalidRate = "invalid_rate";
    public const string InvalidPolicy = "invalid_policy";
    public const string Blocked = "blocked";
    public const string TokenRefused = "token_refused";
    public const string ProviderUnavailable = "provider_unavailable";

    // SSH keys
    public const string SshKeyUnknown = "ssh_key_unknown";
    public const string InvalidKey = "invalid_key";
    public const string DuplicateKey = "duplicate_key";
    public const string KeyNameTaken = "key_name_taken";
    public const string TooManyKeys = "too_many_keys";

    // Instances
    public const string ActionInProgress = "action_in_progress";
    public const string InvalidState = "invalid_state";
    public const string DeleteProtected = "delete_protected";
    public const string SamePlan = "same_plan";
    public const string DiskTooSmall = "disk_too_small";
    public const string PriceChanged = "price_changed";
    public const string InvalidRule = "invalid_rule";
    public const string TooManyRules = "too_many_rules";
    public const string ConfirmationMismatch = "confirmation_mismatch";
    public const string CredentialsTaken = "credentials_taken";
    public const string NotManaged = "not_managed";
    public const string Unreachable = "unreachable";
    public const string Superseded = "superseded";

    // Notifications and webhooks
    public const string NoticeMandatory = "notice_mandatory";
    public const string TelegramUnavailable = "telegram_unavailable";
    public const string WebhookUrlInvalid = "webhook_url_invalid";
    public const string TooManyWebhooks = "too_many_webhooks";
    public const string WebhookOff = "webhook_off";

    // The shop
    public const string ServersExist = "servers_exist";
    public const string PaymentsPending = "payments_pending";
    public const string PayoutPending = "payout_pending";
    public const string ClosingUnderWay = "closing_under_way";
    public const string MoneyHeld = "money_held";
    public const string BalanceNotGivenUp = "balance_not_given_up";
    public const string StaffAccount = "staff_account";
    public const string LimitReached = "limit_reached";
    public const string TermsNotAccepted = "terms_not_accepted";
    public const string AccountFrozen = "account_frozen";
    public const string SalesStopped = "sales_stopped";
    public const string DepositsStopped = "deposits_stopped";

    // The desk
    public const string OwnRequest = "own_request";
    public const string AlreadyCredited = "already_credited";
    public const string PaymentNotPaid = "payment_not_paid";
    public const string OwnAccount = "own_account";
    public const string NotStuck = "not_stuck";
    public const string UserDataLost = "user_data_lost";

    // Consoles
    public const string ConsoleUnavailable = "console_unavailable";
    public const string TooManyConsoles = "too_many_consoles";
    public const string InvalidTicket = "invalid_ticket";
    public const string WrongOrigin = "wrong_origin";
    public const string UpgradeRequired = "upgrade_required";
}

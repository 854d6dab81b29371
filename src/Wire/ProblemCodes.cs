namespace Webrana.Wire;

/// <summary>The codes a program may want to switch on. The API may answer others; treat those by their HTTP status.</summary>
public static class ProblemCodes
{
    // Any endpoint
    public const string Unknown = "unknown";
    public const string ValidationFailed = "validation_failed";
    public const string MalformedBody = "malformed_body";
    public const string InvalidCursor = "invalid_cursor";
    public const string Unauthenticated = "unauthenticated";
    public const string Forbidden = "forbidden";
    public const string NotFound = "not_found";
    public const string TooManyRequests = "too_many_requests";
    public const string Unavailable = "unavailable";
    public const string InternalError = "internal_error";
    public const string IdempotencyKeyReused = "idempotency_key_reused";
    public const string IdempotencyInProgress = "idempotency_in_progress";

    // Accounts
    public const string InvalidCredentials = "invalid_credentials";
    public const string EmailNotConfirmed = "email_not_confirmed";
    public const string EmailTaken = "email_taken";
    public const string WeakPassword = "weak_password";
    public const string InvalidToken = "invalid_token";
    public const string LockedOut = "locked_out";
    public const string InvalidSession = "invalid_session";
    public const string InvalidRefreshToken = "invalid_refresh_token";

    // Wallets and deposits
    public const string InsufficientBalance = "insufficient_balance";
    public const string InvalidAmount = "invalid_amount";
    public const string AmountBelowMinimum = "amount_below_minimum";
    public const string AmountAboveMaximum = "amount_above_maximum";
    public const string UnknownChannel = "unknown_channel";
    public const string ChannelUnavailable = "channel_unavailable";
    public const string PromoNotApplicable = "promo_not_applicable";
    public const string GatewayUnavailable = "gateway_unavailable";

    // Plans and orders
    public const string UnknownPlan = "unknown_plan";
    public const string UnknownRegion = "unknown_region";
    public const string UnknownImage = "unknown_image";
    public const string PlanUnavailable = "plan_unavailable";
    public const string PeriodNotAllowed = "period_not_allowed";
    public const string InvalidName = "invalid_name";
    public const string NameTaken = "name_taken";

    // Instances
    public const string ActionInProgress = "action_in_progress";
    public const string InvalidState = "invalid_state";
    public const string ConfirmationMismatch = "confirmation_mismatch";
    public const string CredentialsTaken = "credentials_taken";
}

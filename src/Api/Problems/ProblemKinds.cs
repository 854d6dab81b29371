using Webrana.Wire;

namespace Webrana.Api.Problems;

/// <summary>Every refusal the API can give, by code. The only place where a status, a title or an advice is written.</summary>
public static class ProblemKinds
{
    // Any endpoint
    public static readonly ProblemKind ValidationFailed = new(422, ProblemCodes.ValidationFailed, "Some fields cannot be used.", "Correct the fields listed under errors and send the request again.");
    public static readonly ProblemKind MalformedBody = new(400, ProblemCodes.MalformedBody, "The request cannot be read.", "Send one JSON object of the documented shape: amounts are whole numbers, texts carry no U+0000.");
    public static readonly ProblemKind InvalidCursor = new(400, ProblemCodes.InvalidCursor, "The cursor was not issued by this list.", "Start again without a cursor, or use nextCursor exactly as it was answered.");
    public static readonly ProblemKind InvalidLimit = new(400, ProblemCodes.InvalidLimit, "The limit is out of range.", "Use a limit from 1 to 200, or none for 50.");
    public static readonly ProblemKind Unauthenticated = new(401, ProblemCodes.Unauthenticated, "A valid access token is needed.", "Log in (POST /api/v1/auth/login) or refresh, and send the token as 'Authorization: Bearer …'.");
    public static readonly ProblemKind Forbidden = new(403, ProblemCodes.Forbidden, "This is not for your role.", "Ask somebody whose role includes it, or an admin for the role.");
    public static readonly ProblemKind NotFound = new(404, ProblemCodes.NotFound, "There is no such thing, or it is not yours.", "Check the address and the id.");
    public static readonly ProblemKind MethodNotAllowed = new(405, ProblemCodes.MethodNotAllowed, "This address does not take that method.", "See /swagger for what it takes.");
    public static readonly ProblemKind BodyTooLarge = new(413, ProblemCodes.BodyTooLarge, "The body is too large.", "Send less than 1 MiB.");
    public static readonly ProblemKind UnsupportedMediaType = new(415, ProblemCodes.UnsupportedMediaType, "Only JSON is read here.", "Send 'Content-Type: application/json'.");
    public static readonly ProblemKind TooManyRequests = new(429, ProblemCodes.TooManyRequests, "Too many requests.", "Wait for the seconds in Retry-After, then try again.");
    public static readonly ProblemKind TemporarilyUnavailable = new(503, ProblemCodes.TemporarilyUnavailable, "This cannot be done right now.", "Try again in a moment; with the same Idempotency-Key nothing happens twice.");
    public static readonly ProblemKind Overloaded = new(503, ProblemCodes.Overloaded, "Too much is waiting.", "Nothing was done. Try again in a moment.");
    public static readonly ProblemKind OutcomeUnknown = new(503, ProblemCodes.OutcomeUnknown, "The outcome is not known yet.", "Try again with the same Idempotency-Key: it is answered with what happened and happens only once.");
    public static readonly ProblemKind InternalError = new(500, ProblemCodes.InternalError, "Something went wrong on our side.", "Try again with the same Idempotency-Key; if it stays, quote the traceId to support.");
    public static readonly ProblemKind InvalidIdempotencyKey = new(400, ProblemCodes.InvalidIdempotencyKey, "The Idempotency-Key cannot be used.", "Send 1 to 255 visible ASCII characters, once.");
    public static readonly ProblemKind IdempotencyKeyReused = new(422, ProblemCodes.IdempotencyKeyReused, "This Idempotency-Key was used for another request.", "Use a new key for every new intent; repeat a request byte for byte.");
    public static readonly ProblemKind IdempotencyInProgress = new(409, ProblemCodes.IdempotencyInProgress, "The first request with this Idempotency-Key is still running.", "Wait a moment and repeat it with the same key.");
    public static readonly ProblemKind OperationConflict = new(409, ProblemCodes.OperationConflict, "This was already used for something else.", "Use a new Idempotency-Key.");

    // Accounts
    public static readonly ProblemKind InvalidCredentials = new(401, ProblemCodes.InvalidCredentials, "E-mail or password is wrong.", "Check both, or reset the password.");
    public static readonly ProblemKind EmailNotConfirmed = new(403, ProblemCodes.EmailNotConfirmed, "The e-mail address is not confirmed.", "Follow the link in the mail, or ask for it again (POST /api/v1/auth/resend-confirmation).");
    public static readonly ProblemKind EmailTaken = new(409, ProblemCodes.EmailTaken, "There is an account for this e-mail address.", "Log in, or reset the password.");
    public static readonly ProblemKind WeakPassword = new(422, ProblemCodes.WeakPassword, "The password is too weak.", "Use at least 10 characters with at least 4 different ones, and not your e-mail address.");
    public static readonly ProblemKind InvalidToken = new(422, ProblemCodes.InvalidToken, "The link is not valid any more.", "Ask for a new mail and use its link.");
    public static readonly ProblemKind LockedOut = new(429, ProblemCodes.LockedOut, "Too many failed attempts.", "Wait for the seconds in Retry-After, or reset the password.");
    public static readonly ProblemKind InvalidSession = new(401, ProblemCodes.InvalidSession, "The session has ended.", "Log in again.");
    public static readonly ProblemKind InvalidRefreshToken = new(401, ProblemCodes.InvalidRefreshToken, "The refresh token is not valid.", "Log in again. A refresh token works once; use the newest.");
    public static readonly ProblemKind OutboxFull = new(503, ProblemCodes.OutboxFull, "Too many mails wait for this account.", "Try again later.");

    // Account security
    public static readonly ProblemKind WrongPassword = new(422, ProblemCodes.WrongPassword, "The password is wrong.", "Nothing was changed. Send the password that you sign in with.");
    public static readonly ProblemKind TwoFactorRequired = new(401, ProblemCodes.TwoFactorRequired, "A code of your authenticator app is needed.", "Send the same request with twoFactorCode: six digits of the app, or a recovery code.");
    public static readonly ProblemKind InvalidTwoFactorCode = new(401, ProblemCodes.InvalidTwoFactorCode, "The code is not valid.", "Use the code the app shows now; each works once. A recovery code works, too.");
    public static readonly ProblemKind WrongCode = new(422, ProblemCodes.WrongCode, "The code is not valid.", "Nothing was changed. Use the code the app shows now, and check the clock of its device.");
    public static readonly ProblemKind TwoFactorOn = new(409, ProblemCodes.TwoFactorOn, "Two-factor sign-in is on already.", "Switch it off first to set it up anew.");
    public static readonly ProblemKind TwoFactorOff = new(409, ProblemCodes.TwoFactorOff, "Two-factor sign-in is not set up.", "Set it up first (POST /api/v1/me/two-factor/setup).");
    public static readonly ProblemKind PasskeyRefused = new(422, ProblemCodes.PasskeyRefused, "The passkey could not be added.", "Ask for new options and try again, on the panel's own address.");
    public static readonly ProblemKind InvalidPasskey = new(401, ProblemCodes.InvalidPasskey, "The passkey does not open an account.", "Ask for new options and try again, or sign in with the password.");
    public static readonly ProblemKind TooManyPasskeys = new(409, ProblemCodes.TooManyPasskeys, "There are as many passkeys as an account can have.", "Remove one that is not used any more.");
    public static readonly ProblemKind TooManyTokens = new(409, ProblemCodes.TooManyTokens, "There are as many API tokens as an account can have.", "Revoke one that is not used any more.");
    public static readonly ProblemKind InsufficientScope = new(403, ProblemCodes.InsufficientScope, "This API token may not do that.", "Use a token with the scope in detail, or sign in.");

    // Closing an account
    public static readonly ProblemKind ServersExist = new(409, ProblemCodes.ServersExist, "The account still has servers.", "Delete them first; nothing was closed.");
    public static readonly ProblemKind PaymentsPending = new(409, ProblemCodes.PaymentsPending, "A top-up may still be paid.", "Pay it or let it expire, then close the account.");
    public static readonly ProblemKind PayoutPending = new(409, ProblemCodes.PayoutPending, "Money is being paid out.", "Wait until the payout is booked, then close the account.");
    public static readonly ProblemKind ClosingUnderWay = new(409, ProblemCodes.ClosingUnderWay, "The owner is closing this account.", "It stays shut until it is closed or called off; look again later.");
    public static readonly ProblemKind MoneyHeld = new(409, ProblemCodes.MoneyHeld, "Money is held for something that is not settled.", "Wait until it is settled, then close the account.");
    public static readonly ProblemKind BalanceNotGivenUp = new(409, ProblemCodes.BalanceNotGivenUp, "There is more unspent money than was given up.", "Ask support to pay it out, or send giveUp with the amount shown; nothing was closed.");
    public static readonly ProblemKind StaffAccount = new(409, ProblemCodes.StaffAccount, "The account works at the desk.", "Let an admin take its roles first.");

    // Wallets and deposits
    public static readonly ProblemKind InsufficientBalance = new(409, ProblemCodes.InsufficientBalance, "The balance is not enough.", "Nothing was charged. Top up the wallet and order again.");
    public static readonly ProblemKind InvalidAmount = new(422, ProblemCodes.InvalidAmount, "The amount cannot be used.", "Use a whole number of rupiah above zero.");
    public static readonly ProblemKind HoldNotFound = new(409, ProblemCodes.HoldNotFound, "The hold is gone.", "Read the order again.");
    public static readonly ProblemKind AmountBelowMinimum = new(422, ProblemCodes.AmountBelowMinimum, "The amount is below this channel's minimum.", "Use a larger amount or another channel (GET /api/v1/wallet/channels).");
    public static readonly ProblemKind AmountAboveMaximum = new(422, ProblemCodes.AmountAboveMaximum, "The amount is above this channel's maximum.", "Use a smaller amount or another channel (GET /api/v1/wallet/channels).");
    public static readonly ProblemKind PaymentMethodUnavailable = new(422, ProblemCodes.PaymentMethodUnavailable, "This payment channel is not available.", "Choose an active one from GET /api/v1/wallet/channels.");
    public static readonly ProblemKind PromoCodeInvalid = new(422, ProblemCodes.PromoCodeInvalid, "The promo code does not apply.", "Correct it or leave it out; nothing was created.");
    public static readonly ProblemKind PromoBelowMinimum = new(422, ProblemCodes.PromoBelowMinimum, "The promo code asks for a larger top-up.", "Top up at least the amount in detail, or leave the code out; nothing was created.");
    public static readonly ProblemKind PromoWrongChannel = new(422, ProblemCodes.PromoWrongChannel, "The promo code is for other payment channels.", "Choose another channel, or leave the code out; nothing was created.");
    public static readonly ProblemKind PromoAlreadyUsed = new(422, ProblemCodes.PromoAlreadyUsed, "You have used this promo code.", "Leave it out or use another; nothing was created.");
    public static readonly ProblemKind TooManyPromoCodes = new(429, ProblemCodes.TooManyPromoCodes, "Too many promo codes did not apply.", "Wait for the seconds in Retry-After, or top up without a code.");
    public static readonly ProblemKind VersionConflict = new(409, ProblemCodes.VersionConflict, "It was changed by somebody else meanwhile.", "Read it again and repeat the change.");
    public static readonly ProblemKind Archived = new(409, ProblemCodes.Archived, "It is archived.", "Create a new one; an archived promo only explains its past.");
    public static readonly ProblemKind AlreadyDecided = new(409, ProblemCodes.AlreadyDecided, "It was decided the other way.", "Read it again.");
    public static readonly ProblemKind OutstandingDebt = new(409, ProblemCodes.OutstandingDebt, "Money of a refunded top-up is still owed.", "Top up: the debt is paid first, then orders and renewals go on.");
    public static readonly ProblemKind CodeTaken = new(409, ProblemCodes.CodeTaken, "Another promo has this code.", "Choose another code.");
    public static readonly ProblemKind InvalidDefinition = new(422, ProblemCodes.InvalidDefinition, "The promo contradicts itself.", "Check value, limits and dates.");
    public static readonly ProblemKind TooManyPendingDeposits = new(409, ProblemCodes.TooManyPendingDeposits, "Too many top-ups wait for payment.", "Pay one of them or let one expire.");
    public static readonly ProblemKind GatewayUnavailable = new(503, ProblemCodes.GatewayUnavailable, "The payment gateway does not answer.", "No money moved. Try again in a moment.");
    public static readonly ProblemKind BudgetSpent = new(503, ProblemCodes.BudgetSpent, "The payment gateway is being asked by too many at once.", "No money moved. Try again in a moment.");
    public static readonly ProblemKind SettlementTooLong = new(409, ProblemCodes.SettlementTooLong, "The gateway lists more payments than one comparison reads.", "Nothing was compared. Choose a later day, or compare with the gateway's own report.");

    // Plans and orders
    public static readonly ProblemKind NoCapacity = new(503, ProblemCodes.NoCapacity, "There is no room for another server right now.", "Nothing was charged. We are making room; try again later.");
    public static readonly ProblemKind AlreadySent = new(409, ProblemCodes.AlreadySent, "The order may have reached the provider already.", "It goes on, or fails by itself with its money back. Read it again: what the provider turned away can be cancelled; a server that was built can be deleted.");
    public static readonly ProblemKind SoldOut = new(409, ProblemCodes.SoldOut, "All servers of this plan are sold.", "Nothing was charged. Choose another plan.");
    public static readonly ProblemKind PlanUnavailable = new(422, ProblemCodes.PlanUnavailable, "This plan is not sold.", "Choose one from GET /api/v1/plans.");
    public static readonly ProblemKind RegionUnavailable = new(422, ProblemCodes.RegionUnavailable, "The plan is not sold in this region.", "Choose one of the plan's regions.");
    public static readonly ProblemKind ImageUnavailable = new(422, ProblemCodes.ImageUnavailable, "This image is not available for the plan.", "Choose one from GET /api/v1/images.");
    public static readonly ProblemKind PeriodNotAllowed = new(422, ProblemCodes.PeriodNotAllowed, "The plan is not sold by this period.", "Choose a period the plan allows.");
    public static readonly ProblemKind InvalidName = new(422, ProblemCodes.InvalidName, "This is not a host name.", "Use 1 to 63 letters, digits, dots and hyphens, starting and ending with a letter or digit.");
    public static readonly ProblemKind NameTaken = new(409, ProblemCodes.NameTaken, "You have a server of this name.", "Choose another name.");
    public static readonly ProblemKind AlreadyExists = new(409, ProblemCodes.AlreadyExists, "This id is taken.", "Choose another id, or change what exists.");
    public static readonly ProblemKind PriceMissing = new(422, ProblemCodes.PriceMissing, "A period is allowed without a price.", "Set the price of every allowed period.");
    public static readonly ProblemKind InvalidPrice = new(422, ProblemCodes.InvalidPrice, "A price cannot be used.", "Use whole rupiah above zero.");
    public static readonly ProblemKind InvalidPlan = new(422, ProblemCodes.InvalidPlan, "The plan cannot be used.", "Check id, name, size and specification.");
    public static readonly ProblemKind NoticeTooShort = new(422, ProblemCodes.NoticeTooShort, "Owners of running servers need more time.", "Let the new price reach them no sooner than 14 days from now.");
    public static readonly ProblemKind InvalidRate = new(422, ProblemCodes.InvalidRate, "A rate cannot be used.", "Use a dollar between 1,000 and 1,000,000 rupiah, shares from 0 to 100 percent and prices up to 1,000,000 rupiah.");
    public static readonly ProblemKind InvalidPolicy = new(422, ProblemCodes.InvalidPolicy, "A policy's times do not fit.", "Keep grace and notices inside the period, notices ascending, and at least a day in each stage before something is destroyed.");
    public static readonly ProblemKind Blocked = new(409, ProblemCodes.Blocked, "The server is suspended for a reason that money does not lift.", "Write to support; nothing was charged.");
    public static readonly ProblemKind TokenRefused = new(422, ProblemCodes.TokenRefused, "The provider does not accept this token for this account.", "Make a new token with full access at the provider; nothing was changed here.");
    public static readonly ProblemKind ProviderUnavailable = new(503, ProblemCodes.ProviderUnavailable, "The cloud provider does not answer.", "Nothing was changed. Try again in a moment.");

    // SSH keys
    public static readonly ProblemKind SshKeyUnknown = new(422, ProblemCodes.SshKeyUnknown, "An SSH key is not in your library.", "Nothing was ordered or changed. Choose ids from GET /api/v1/ssh-keys.");
    public static readonly ProblemKind InvalidKey = new(422, ProblemCodes.InvalidKey, "This is not a public key that can be used.", "Paste one line of the .pub file: ssh-ed25519, ecdsa or ssh-rsa with at least 2048 bits.");
    public static readonly ProblemKind DuplicateKey = new(409, ProblemCodes.DuplicateKey, "This key is in your library already.", "Use the one that is there.");
    public static readonly ProblemKind KeyNameTaken = new(409, ProblemCodes.KeyNameTaken, "You have a key of this name.", "Choose another name.");
    public static readonly ProblemKind TooManyKeys = new(409, ProblemCodes.TooManyKeys, "The library is full.", "Remove a key that is not used any more.");

    // Instances
    public static readonly ProblemKind ActionInProgress = new(409, ProblemCodes.ActionInProgress, "Another action is running.", "Wait until it has ended.");
    public static readonly ProblemKind InvalidState = new(409, ProblemCodes.InvalidState, "The server's state does not allow this.", "Read the server again and choose what its status allows.");
    public static readonly ProblemKind SamePlan = new(422, ProblemCodes.SamePlan, "The server has this plan already.", "Choose another one.");
    public static readonly ProblemKind DiskTooSmall = new(422, ProblemCodes.DiskTooSmall, "The plan's disk is smaller than the server's.", "Disks only grow. Choose a plan with at least the disk it has.");
    public static readonly ProblemKind PriceChanged = new(409, ProblemCodes.PriceChanged, "The difference is more than you agreed to.", "Nothing was changed or charged. Ask for a new quote.");
    public static readonly ProblemKind InvalidRule = new(422, ProblemCodes.InvalidRule, "A firewall rule is not one.", "Ports are 22, 8000-9000 or all; sources are addresses or prefixes, at most 5.");
    public static readonly ProblemKind TooManyRules = new(422, ProblemCodes.TooManyRules, "There are more rules than a server may have.", "Use at most 20.");
    public static readonly ProblemKind DeleteProtected = new(409, ProblemCodes.DeleteProtected, "The server is locked against deletion.", "Unlock it first (PATCH with protected: false); nothing was deleted.");
    public static readonly ProblemKind ConfirmationMismatch = new(422, ProblemCodes.ConfirmationMismatch, "The name does not match.", "Send ?confirm= with the server's exact name; nothing was deleted.");
    public static readonly ProblemKind CredentialsTaken = new(410, ProblemCodes.CredentialsTaken, "The password was shown already.", "Reset the password to get a new one.");
    public static readonly ProblemKind NotManaged = new(409, ProblemCodes.NotManaged, "Webrana's key is not on this server.", "Log in with your own key or password; a rebuild puts the key back.");
    public static readonly ProblemKind Unreachable = new(409, ProblemCodes.Unreachable, "The server does not answer over SSH.", "Wait until it has booted, and keep port 22 open.");
    public static readonly ProblemKind Superseded = new(409, ProblemCodes.Superseded, "The server was installed anew meanwhile.", "Try again.");

    // Notifications and webhooks
    public static readonly ProblemKind NoticeMandatory = new(422, ProblemCodes.NoticeMandatory, "This kind of notice cannot be switched off.", "Leave mail and panel on for it; nothing was changed.");
    public static readonly ProblemKind TelegramUnavailable = new(409, ProblemCodes.TelegramUnavailable, "There is no Telegram bot here.", "Use mail, the panel or a webhook.");
    public static readonly ProblemKind WebhookUrlInvalid = new(422, ProblemCodes.WebhookUrlInvalid, "This address cannot be called.", "Use https, a public host, and neither user nor password in it.");
    public static readonly ProblemKind TooManyWebhooks = new(409, ProblemCodes.TooManyWebhooks, "You have as many webhooks as there may be.", "Remove one that is not used any more.");
    public static readonly ProblemKind WebhookOff = new(409, ProblemCodes.WebhookOff, "The webhook is off.", "Switch it on first (PATCH with active: true).");

    // The shop
    public static readonly ProblemKind LimitReached = new(409, ProblemCodes.LimitReached, "This is more than your account may have.", "Nothing was charged. GET /api/v1/me/limits says what you may have and how it rises; support can raise it.");
    public static readonly ProblemKind TermsNotAccepted = new(403, ProblemCodes.TermsNotAccepted, "A new version of the terms waits for your yes.", "Read GET /api/v1/me/legal and accept what is missing in the panel (or POST it there); nothing was ordered or paid.");
    public static readonly ProblemKind AccountFrozen = new(403, ProblemCodes.AccountFrozen, "This account is frozen.", "Money and servers are kept as they are. Contact support.");
    public static readonly ProblemKind SalesStopped = new(503, ProblemCodes.SalesStopped, "No new servers are sold at the moment.", "Nothing was charged. GET /api/v1/notices says why; try again later.");
    public static readonly ProblemKind DepositsStopped = new(503, ProblemCodes.DepositsStopped, "No new top-ups are taken at the moment.", "No money moved. GET /api/v1/notices says why; try again later.");

    // The desk
    public static readonly ProblemKind OwnRequest = new(409, ProblemCodes.OwnRequest, "Nobody decides what they asked for themselves.", "Ask another person with the money role.");
    public static readonly ProblemKind AlreadyCredited = new(409, ProblemCodes.AlreadyCredited, "The money of this payment is in the wallet already.", "Dismiss it, or note that it was sent back.");
    public static readonly ProblemKind PaymentNotPaid = new(409, ProblemCodes.PaymentNotPaid, "The gateway does not say that this was paid.", "Nothing was credited. Look at the payment at the gateway.");
    public static readonly ProblemKind OwnAccount = new(409, ProblemCodes.OwnAccount, "Nobody does this to their own account.", "Ask another admin.");
    public static readonly ProblemKind NotStuck = new(409, ProblemCodes.NotStuck, "This order is not stuck.", "Nothing was changed. Read it again: it may have come through, or it still has its time.");
    public static readonly ProblemKind UserDataLost = new(409, ProblemCodes.UserDataLost, "The order carried user data, which is not kept.", "Nothing was ordered. The customer orders again in the panel, with the data.");

    // Consoles
    public static readonly ProblemKind ConsoleUnavailable = new(409, ProblemCodes.ConsoleUnavailable, "This server has no such console.", "Ask for the other kind.");
    public static readonly ProblemKind TooManyConsoles = new(409, ProblemCodes.TooManyConsoles, "Two consoles of this server are open.", "Close one of them.");
    public static readonly ProblemKind InvalidTicket = new(401, ProblemCodes.InvalidTicket, "The console ticket is not valid.", "Ask for a new one: it works once, within 60 seconds, for its own server and kind.");
    public static readonly ProblemKind WrongOrigin = new(403, ProblemCodes.WrongOrigin, "Consoles are opened from the panel only.", "Send the panel's address as Origin.");
    public static readonly ProblemKind UpgradeRequired = new(426, ProblemCodes.UpgradeRequired, "This address speaks WebSocket only.", "Connect with a WebSocket client.");

    /// <summary>All of them, by code: the documents and the tests walk this.</summary>
    public static readonly IReadOnlyDictionary<string, ProblemKind> ByCode = typeof(ProblemKinds).GetFields()
        .Where(field => field.FieldType == typeof(ProblemKind))
        .Select(field => (ProblemKind)field.GetValue(null)!)
        .ToDictionary(kind => kind.Code);
}

using Webrana.Contracts.Accounts;
using Webrana.Contracts.Billing;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Deposits;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Monitoring;
using Webrana.Contracts.Plans;
using Webrana.Contracts.Promos;
using Webrana.Contracts.Providers;
using Webrana.Contracts.SshKeys;
using Webrana.Contracts.Wallets;

namespace Webrana.Api.Problems;

/// <summary>Every error of a grain call → its problem. A test walks all error enums of Contracts: none may be missing here.</summary>
public static class GrainErrors
{
    /// <summary>The problem of a grain's error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The error has no problem: a bug, caught by the test.</exception>
    public static ProblemKind KindOf<TError>(TError error)
        where TError : struct, Enum => (object)error switch
    {
        AccountError.NotFound or DepositError.NotFound or DropletError.NotFound or ActionError.NotFound or DeleteError.NotFound
            or MetricsError.NotFound
            or SshKeyError.NotFound
            or ConsoleError.NotFound
            or PlanError.NotFound or PromoError.NotFound or RewardsError.NotFound => ProblemKinds.NotFound,
        AccountError.OutboxFull => ProblemKinds.OutboxFull,
        AccountError.NoticeMandatory => ProblemKinds.NoticeMandatory,
        AccountError.TemporarilyUnavailable or OrderError.TemporarilyUnavailable or DropletError.TemporarilyUnavailable
            or ActionError.TemporarilyUnavailable or DeleteError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,
        DepositError.OperationConflict or OrderError.OperationConflict or ActionError.OperationConflict
            or WalletError.OperationConflict or PromoError.OperationConflict => ProblemKinds.OperationConflict,

        WalletError.InsufficientBalance or OrderError.InsufficientBalance => ProblemKinds.InsufficientBalance,
        WalletError.InvalidAmount or DepositError.InvalidAmount or AccountError.InvalidAmount => ProblemKinds.InvalidAmount,
        WalletError.HoldNotFound => ProblemKinds.HoldNotFound,
        WalletError.Overloaded => ProblemKinds.Overloaded,
        WalletError.OutcomeUnknown => ProblemKinds.OutcomeUnknown,

        DepositError.AmountBelowMinimum => ProblemKinds.AmountBelowMinimum,
        DepositError.AmountAboveMaximum => ProblemKinds.AmountAboveMaximum,
        DepositError.PaymentMethodUnavailable => ProblemKinds.PaymentMethodUnavailable,
        DepositError.PromoCodeInvalid => ProblemKinds.PromoCodeInvalid,
        DepositError.TooManyPendingDeposits => ProblemKinds.TooManyPendingDeposits,
        DepositError.GatewayUnavailable or TripayAccountError.GatewayUnavailable => ProblemKinds.GatewayUnavailable,
        TripayAccountError.BudgetSpent => ProblemKinds.BudgetSpent,

        OrderError.SalesStopped => ProblemKinds.SalesStopped,
        OrderError.AccountFrozen => ProblemKinds.AccountFrozen,
        DepositError.DepositsStopped => ProblemKinds.DepositsStopped,
        ClosingError.NotFound => ProblemKinds.NotFound,
        ClosingError.ServersExist => ProblemKinds.ServersExist,
        ClosingError.PaymentsPending => ProblemKinds.PaymentsPending,
        ClosingError.PayoutPending => ProblemKinds.PayoutPending,
        ClosingError.MoneyHeld => ProblemKinds.MoneyHeld,
        ClosingError.OutstandingDebt => ProblemKinds.OutstandingDebt,
        ClosingError.BalanceNotGivenUp => ProblemKinds.BalanceNotGivenUp,
        OrderError.LimitReached or ResizeError.LimitReached or RenewError.LimitReached => ProblemKinds.LimitReached,
        OrderError.NoCapacity => ProblemKinds.NoCapacity,
        CancelError.NotFound => ProblemKinds.NotFound,
        CancelError.AlreadySent => ProblemKinds.AlreadySent,
        CancelError.InvalidState => ProblemKinds.InvalidState,
        OrderError.SoldOut => ProblemKinds.SoldOut,
        RenewError.NotFound or SwitchError.NotFound => ProblemKinds.NotFound,
        RenewError.InvalidState or SwitchError.InvalidState => ProblemKinds.InvalidState,
        RenewError.Blocked => ProblemKinds.Blocked,
        RenewError.InsufficientBalance => ProblemKinds.InsufficientBalance,
        RenewError.OutstandingDebt => ProblemKinds.OutstandingDebt,
        SwitchError.PeriodNotAllowed => ProblemKinds.PeriodNotAllowed,
        RenewError.TemporarilyUnavailable or SwitchError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,
        BillingSettingsError.InvalidRate => ProblemKinds.InvalidRate,
        BillingSettingsError.InvalidPolicy => ProblemKinds.InvalidPolicy,
        OrderError.SshKeyUnknown or RebuildError.SshKeyUnknown => ProblemKinds.SshKeyUnknown,
        SshKeyError.InvalidKey => ProblemKinds.InvalidKey,
        SshKeyError.DuplicateKey => ProblemKinds.DuplicateKey,
        SshKeyError.KeyNameTaken => ProblemKinds.KeyNameTaken,
        SshKeyError.TooManyKeys => ProblemKinds.TooManyKeys,
        SshKeyError.OperationConflict => ProblemKinds.OperationConflict,

        OrderError.PlanUnavailable => ProblemKinds.PlanUnavailable,
        OrderError.PeriodNotAllowed => ProblemKinds.PeriodNotAllowed,
        OrderError.RegionUnavailable => ProblemKinds.RegionUnavailable,
        OrderError.ImageUnavailable => ProblemKinds.ImageUnavailable,
        OrderError.InvalidName or DropletError.InvalidName => ProblemKinds.InvalidName,
        OrderError.NameTaken or DropletError.NameTaken => ProblemKinds.NameTaken,

        DropletError.InvalidState or ActionError.InvalidState or DeleteError.InvalidState => ProblemKinds.InvalidState,
        OrderDeskError.NotFound => ProblemKinds.NotFound,
        OrderDeskError.NotStuck => ProblemKinds.NotStuck,
        OrderDeskError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,
        ActionError.ActionInProgress => ProblemKinds.ActionInProgress,
        AccessError.NotFound or CredentialsError.NotFound or RebuildError.NotFound => ProblemKinds.NotFound,
        AccessError.InvalidState or CredentialsError.InvalidState or RebuildError.InvalidState => ProblemKinds.InvalidState,
        RebuildError.ActionInProgress => ProblemKinds.ActionInProgress,
        RebuildError.ImageUnavailable => ProblemKinds.ImageUnavailable,
        RebuildError.OperationConflict => ProblemKinds.OperationConflict,
        RebuildError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,
        AccessError.NotManaged => ProblemKinds.NotManaged,
        AccessError.Unreachable => ProblemKinds.Unreachable,
        AccessError.Superseded => ProblemKinds.Superseded,
        CredentialsError.CredentialsTaken => ProblemKinds.CredentialsTaken,
        DeleteError.DeleteProtected => ProblemKinds.DeleteProtected,
        FirewallError.NotFound => ProblemKinds.NotFound,
        FirewallError.InvalidState => ProblemKinds.InvalidState,
        FirewallError.InvalidRule => ProblemKinds.InvalidRule,
        FirewallError.TooManyRules => ProblemKinds.TooManyRules,
        ResizeError.NotFound => ProblemKinds.NotFound,
        ResizeError.ActionInProgress => ProblemKinds.ActionInProgress,
        ResizeError.InvalidState => ProblemKinds.InvalidState,
        ResizeError.PlanUnavailable => ProblemKinds.PlanUnavailable,
        ResizeError.PeriodNotAllowed => ProblemKinds.PeriodNotAllowed,
        ResizeError.RegionUnavailable => ProblemKinds.RegionUnavailable,
        ResizeError.SamePlan => ProblemKinds.SamePlan,
        ResizeError.SoldOut => ProblemKinds.SoldOut,
        ResizeError.DiskTooSmall => ProblemKinds.DiskTooSmall,
        ResizeError.PriceChanged => ProblemKinds.PriceChanged,
        ResizeError.InsufficientBalance => ProblemKinds.InsufficientBalance,
        ResizeError.OutstandingDebt => ProblemKinds.OutstandingDebt,
        ResizeError.OperationConflict => ProblemKinds.OperationConflict,
        ResizeError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,
        UpkeepError.NotFound => ProblemKinds.NotFound,
        UpkeepError.InvalidState => ProblemKinds.InvalidState,
        UpkeepError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,
        DeleteError.ConfirmationMismatch => ProblemKinds.ConfirmationMismatch,

        PlanError.AlreadyExists => ProblemKinds.AlreadyExists,
        PlanError.PriceMissing => ProblemKinds.PriceMissing,
        PlanError.InvalidPrice => ProblemKinds.InvalidPrice,
        PlanError.InvalidPlan => ProblemKinds.InvalidPlan,
        PlanError.NoticeTooShort => ProblemKinds.NoticeTooShort,

        DepositError.PromoBelowMinimum => ProblemKinds.PromoBelowMinimum,
        DepositError.PromoWrongChannel => ProblemKinds.PromoWrongChannel,
        DepositError.PromoAlreadyUsed => ProblemKinds.PromoAlreadyUsed,
        WalletError.OutstandingDebt or OrderError.OutstandingDebt => ProblemKinds.OutstandingDebt,
        PromoError.VersionConflict => ProblemKinds.VersionConflict,
        PromoError.Archived => ProblemKinds.Archived,
        RewardsError.AlreadyDecided => ProblemKinds.AlreadyDecided,
        PromoError.CodeTaken => ProblemKinds.CodeTaken,
        PromoError.InvalidDefinition => ProblemKinds.InvalidDefinition,
        // What a customer may know of a code; every other reason is one answer, or codes could be told from guesses.
        PromoError.BelowMinimumDeposit => ProblemKinds.PromoBelowMinimum,
        PromoError.WrongChannel => ProblemKinds.PromoWrongChannel,
        PromoError.UsedUpByUser => ProblemKinds.PromoAlreadyUsed,
        PromoError.NotActive or PromoError.NotStarted or PromoError.Ended or PromoError.NotNewUser
            or PromoError.NotForDeposits or PromoError.NothingToGive or PromoError.SoldOut or PromoError.SharedNumber => ProblemKinds.PromoCodeInvalid,

        ProviderAccountError.NotFound => ProblemKinds.NotFound,
        ProviderAccountError.AlreadyExists => ProblemKinds.AlreadyExists,
        ProviderAccountError.TokenRefused => ProblemKinds.TokenRefused,
        CatalogueError.ProviderUnavailable or ProviderAccountError.ProviderUnavailable => ProblemKinds.ProviderUnavailable,
        ConsoleError.InvalidState => ProblemKinds.InvalidState,
        ConsoleError.ConsoleUnavailable => ProblemKinds.ConsoleUnavailable,
        ConsoleError.TooManyConsoles => ProblemKinds.TooManyConsoles,
        ConsoleError.InvalidTicket => ProblemKinds.InvalidTicket,
        ConsoleError.TemporarilyUnavailable => ProblemKinds.TemporarilyUnavailable,

        // Permits are asked for inside the cluster only; if one ever surfaces, the customer can only wait.
        PermitError => ProblemKinds.ProviderUnavailable,

        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "This error has no problem."),
    };
}

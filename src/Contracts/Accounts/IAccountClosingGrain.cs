using Orleans.Concurrency;
using Webrana.Contracts.Sweeping;

namespace Webrana.Contracts.Accounts;

/// <summary>
/// The end of one account: asked for → shut → counted → bonus lapsed and money given up, by ledger rows → told by mail → personal data
/// erased → contact erased. Each step is stored before the next and may be repeated, so that a crash between any two is gone on from. What
/// turned up between asking and shutting calls it off, and nothing was lost. Key <c>closing:{userId}</c>.
/// </summary>
[Alias("account-closing")]
public interface IAccountClosingGrain : IGrainWithStringKey, IDueGrain
{
    /// <summary>What stands in the way now, and what would be lost.</summary>
    [Alias("preview")]
    Task<ClosingPreview> Preview();

    /// <summary>Begins it; the caller has proven who asks. Begun already: answered alike.</summary>
    [Alias("begin")]
    Task<Result<Done, ClosingError>> Begin(BeginClosing command);

    /// <summary>How far it is.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("stage")]
    Task<ClosingStage> Stage();
}

/// <param name="GivenUpIdr">Rupiah of ordinary money that the owner has seen and gives up.</param>
[GenerateSerializer, Immutable, Alias("begin-closing")]
public sealed record BeginClosing([property: Id(0)] long GivenUpIdr);

/// <summary>What stands in the way of closing an account, and what is lost by it; amounts in rupiah.</summary>
[GenerateSerializer, Immutable, Alias("closing-preview")]
public sealed record ClosingPreview(
    [property: Id(0)] int Servers,
    [property: Id(1)] int PendingPayments,
    [property: Id(2)] long OrdinaryIdr,
    [property: Id(3)] long BonusIdr,
    [property: Id(4)] long HeldIdr,
    [property: Id(5)] long DebtIdr,
    [property: Id(6)] int PendingPayouts = 0);

/// <summary>How far the end of an account is.</summary>
[GenerateSerializer, Alias("closing-stage")]
public enum ClosingStage
{
    /// <summary>Nobody asked.</summary>
    None,

    /// <summary>Asked for.</summary>
    Asked,

    /// <summary>Nobody can order, pay or sign in any more.</summary>
    Shut,

    /// <summary>What is given up is fixed.</summary>
    Counted,

    /// <summary>The wallet is empty.</summary>
    Emptied,

    /// <summary>The last mail is on its way.</summary>
    Told,

    /// <summary>Personal data is erased but for where the mail goes.</summary>
    Erased,

    /// <summary>Nothing personal is left.</summary>
    Closed,

    /// <summary>Something turned up in between: the account is as it was.</summary>
    CalledOff,

    /// <summary>It is being called off: decided, the door is not open again yet.</summary>
    CallingOff,
}

/// <summary>Why an account is not closed; nothing was changed. The detail carries the count or the amount.</summary>
[GenerateSerializer, Alias("closing-error")]
public enum ClosingError
{
    NotFound,
    ServersExist,
    PaymentsPending,
    MoneyHeld,
    OutstandingDebt,
    BalanceNotGivenUp,
    PayoutPending,
}

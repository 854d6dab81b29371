using Orleans.Concurrency;

namespace Webrana.Contracts.Limits;

/// <summary>How much one customer may have, and has. Holds nothing: the ledger, the places and the settings do. Key <c>limits:{userId}</c>.</summary>
[Alias("limits")]
public interface ILimitsGrain : IGrainWithStringKey
{
    /// <summary>As of now.</summary>
    [ReadOnly, ResponseTimeout(AnswerWithin.Short), Alias("get")]
    Task<LimitsView> Get();
}

/// <summary>Limits and what is used of them.</summary>
/// <param name="Servers">Living servers there may be.</param>
/// <param name="ServersUsed">Living servers, with those on their way.</param>
/// <param name="Vcpus">The largest plan, in virtual processors.</param>
/// <param name="SpendPerDayIdr">Rupiah within 24 hours on new servers, bigger plans and restored servers.</param>
/// <param name="SpentIdr">Of it within the last 24 hours.</param>
/// <param name="PaidIdr">What was paid in, less what went back.</param>
/// <param name="FirstPaidAt">When money first came; null: never.</param>
/// <param name="Next">The next step up by the rule; null at its top.</param>
[GenerateSerializer, Immutable, Alias("limits-view")]
public sealed record LimitsView(
    [property: Id(0)] int Servers,
    [property: Id(1)] int ServersUsed,
    [property: Id(2)] int Vcpus,
    [property: Id(3)] long SpendPerDayIdr,
    [property: Id(4)] long SpentIdr,
    [property: Id(5)] long PaidIdr,
    [property: Id(6)] DateTimeOffset? FirstPaidAt,
    [property: Id(7)] NextStep? Next);

/// <summary>A step up and what is missing to it.</summary>
[GenerateSerializer, Immutable, Alias("limits-next")]
public sealed record NextStep(
    [property: Id(0)] int Servers,
    [property: Id(1)] int Vcpus,
    [property: Id(2)] long SpendPerDayIdr,
    [property: Id(3)] long MissingPaidIdr,
    [property: Id(4)] int MissingDays);

namespace Webrana.Tripay;

/// <summary>
/// What became of a call. There is no exception for what a payment gateway does on a bad day; only cancellation by the caller throws.
/// </summary>
public abstract record TripayResult<T>
{
    TripayResult()
    {
    }

    /// <summary>Tripay did it and answered.</summary>
    public sealed record Ok(T Value) : TripayResult<T>;

    /// <summary>Tripay said no; nothing has happened. <paramref name="Message"/> is Tripay's text: for logs and operators, not to be parsed.</summary>
    public sealed record Refused(string Message, int HttpStatus) : TripayResult<T>;

    /// <summary>
    /// It is not known whether Tripay did it: no answer in time, a lost connection, 5xx, a redirect, or a body that is not Tripay's JSON.
    /// After a create: look up <see cref="TripayClient.FindByMerchantRefAsync"/> before creating again.
    /// </summary>
    public sealed record Unknown(string Reason) : TripayResult<T>;

    /// <summary>The same outcome with another value.</summary>
    public TripayResult<TOther> Select<TOther>(Func<T, TOther> selector) => this switch
    {
        Ok ok => new TripayResult<TOther>.Ok(selector(ok.Value)),
        Refused refused => new TripayResult<TOther>.Refused(refused.Message, refused.HttpStatus),
        Unknown unknown => new TripayResult<TOther>.Unknown(unknown.Reason),
        _ => throw new InvalidOperationException("TripayResult is a closed union."),
    };
}

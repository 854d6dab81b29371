namespace Webrana.Tripay;

/// <summary>The state of a payment at Tripay.</summary>
public enum TripayStatus
{
    /// <summary>A word this client does not know. Decide nothing from it.</summary>
    Unknown = 0,

    /// <summary>Waiting for the customer. Only in API answers, never in a callback.</summary>
    Unpaid,

    /// <summary>Paid. May follow <see cref="Expired"/> when a bank settles late.</summary>
    Paid,

    /// <summary>Failed at the channel.</summary>
    Failed,

    /// <summary>The deadline passed unpaid.</summary>
    Expired,

    /// <summary>Paid back to the customer by the dashboard or the bank. Follows <see cref="Paid"/>.</summary>
    Refund,
}

/// <summary>Tripay's words for <see cref="TripayStatus"/>.</summary>
public static class TripayStatusText
{
    /// <summary>Reads Tripay's word; anything unheard of is <see cref="TripayStatus.Unknown"/>.</summary>
    public static TripayStatus Parse(string? text) => text?.Trim().ToUpperInvariant() switch
    {
        "UNPAID" => TripayStatus.Unpaid,
        "PAID" => TripayStatus.Paid,
        "FAILED" => TripayStatus.Failed,
        "EXPIRED" => TripayStatus.Expired,
        "REFUND" => TripayStatus.Refund,
        _ => TripayStatus.Unknown,
    };

    /// <summary>Tripay's word for a status.</summary>
    public static string ToText(this TripayStatus status) => status switch
    {
        TripayStatus.Unpaid => "UNPAID",
        TripayStatus.Paid => "PAID",
        TripayStatus.Failed => "FAILED",
        TripayStatus.Expired => "EXPIRED",
        TripayStatus.Refund => "REFUND",
        _ => "UNKNOWN",
    };
}

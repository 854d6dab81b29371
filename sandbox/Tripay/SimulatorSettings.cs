using System.Text.Json.Serialization;

namespace Webrana.Sandbox.Tripay;

/// <summary>What the simulator does until told otherwise. Changed by <c>POST /_sandbox/settings</c>.</summary>
public sealed record SimulatorSettings
{
    /// <summary>Whether callbacks are sent. What happens while they are off is never told: a lost callback.</summary>
    public bool Callbacks { get; init; } = true;

    /// <summary>How many further copies of each callback are sent.</summary>
    public int Duplicates { get; init; }

    /// <summary>How long after the change the first attempt is made, in milliseconds of business time.</summary>
    public int DelayMs { get; init; }

    /// <summary>Whether a callback waits for the next one and arrives after it.</summary>
    public bool Reorder { get; init; }

    /// <summary>Who bears the fee.</summary>
    public FeePayer FeePaidBy { get; init; } = FeePayer.Customer;

    /// <summary>Whether JSON is escaped the way PHP does it: <c>\/</c> and <c>\u00e9</c>.</summary>
    public bool PhpEscapes { get; init; } = true;

    /// <summary>Whether callbacks carry a wrong signature.</summary>
    public bool BadSignature { get; init; }

    /// <summary>Whether a passed deadline is told by callback, too.</summary>
    public bool ExpiredCallbacks { get; init; } = true;

    /// <summary>The pause before a callback is repeated, in seconds of business time.</summary>
    public double RetrySeconds { get; init; } = 120;

    /// <summary>How often a callback is repeated after the first attempt.</summary>
    public int MaxRetries { get; init; } = 3;

    /// <summary>How long the receiver of a callback may take, in milliseconds of real time.</summary>
    public int CallbackTimeoutMs { get; init; } = 10_000;

    /// <summary>Codes of channels that are switched off.</summary>
    public IReadOnlyList<string> DisabledChannels { get; init; } = [];
}

/// <summary>Who bears the fee of a payment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeePayer>))]
public enum FeePayer
{
    /// <summary>Added to what the customer pays.</summary>
    [JsonStringEnumMemberName("customer")]
    Customer,

    /// <summary>Taken out of what the merchant receives.</summary>
    [JsonStringEnumMemberName("merchant")]
    Merchant,
}

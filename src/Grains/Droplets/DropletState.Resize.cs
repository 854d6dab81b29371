using System.Text.Json.Serialization;

namespace Webrana.Grains.Droplets;

/// <summary>How far a change of plan is; each but the last is one action of the provider.</summary>
public enum ResizeStep
{
    /// <summary>The guest is asked to stop.</summary>
    ShutDown,

    /// <summary>It did not: the power is cut.</summary>
    PowerOff,

    /// <summary>The provider changes the size.</summary>
    Resize,

    /// <summary>On again, where it was on before.</summary>
    PowerOn,

    /// <summary>The money: taken, given back, or released.</summary>
    Settle,
}

public sealed partial record ActionPart
{
    /// <summary>Resize: what is done now; null for every other action.</summary>
    [JsonPropertyName("step"), JsonConverter(typeof(JsonStringEnumConverter<ResizeStep>))]
    public ResizeStep? Step { get; init; }

    /// <summary>When the step began, business unix ms; null: with the action.</summary>
    [JsonPropertyName("stepAt")] public long? StepAt { get; init; }

    /// <summary>Resize: it ran before, and runs afterwards.</summary>
    [JsonPropertyName("wasOn")] public bool WasOn { get; init; }

    /// <summary>Resize: why it will not be; what is left is to put everything back.</summary>
    [JsonPropertyName("failure")] public string? Failure { get; init; }
}

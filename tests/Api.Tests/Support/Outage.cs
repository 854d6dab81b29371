using Orleans.Runtime;

namespace Webrana.Api.Tests.Support;

/// <summary>Between the API and its silos: while it lasts no call arrives, and each is told so at once.</summary>
sealed class Outage : IOutgoingGrainCallFilter
{
    volatile bool _lasts;

    /// <summary>Begins one, or ends it.</summary>
    public bool Lasts
    {
        get => _lasts;
        set => _lasts = value;
    }

    /// <summary>The key of a grain that breaks at every call; null for none.</summary>
    public string? Broken { get; set; }

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context) =>
        _lasts ? throw new SiloUnavailableException("An outage of a test.")
        : Broken is { } broken && context.TargetId.Key.ToString() == broken ? throw new InvalidOperationException("A fault of a test.")
        : context.Invoke();
}

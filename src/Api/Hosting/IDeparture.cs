namespace Webrana.Api.Hosting;

/// <summary>When what lasts (a stream of events, a console) has to end because this process leaves.</summary>
internal interface IDeparture
{
    /// <summary>Cancelled when it is time to go.</summary>
    CancellationToken Leaving { get; }
}

/// <summary>At once: nobody stands before this process who would send a client that comes back elsewhere.</summary>
internal sealed class PromptDeparture(IHostApplicationLifetime lifetime) : IDeparture
{
    /// <inheritdoc/>
    public CancellationToken Leaving => lifetime.ApplicationStopping;
}

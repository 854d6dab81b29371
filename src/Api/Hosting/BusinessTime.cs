using Webrana.Data.Clock;

namespace Webrana.Api.Hosting;

/// <summary>
/// The time of business, as the grains have it: real, unless the sandbox turns it. Beside <see cref="TimeProvider"/>, by which signing in,
/// sessions and leases go.
/// </summary>
public sealed class BusinessTime(IServiceProvider services)
{
    private readonly TimeProvider _clock = services.GetService<BusinessClock>() ?? TimeProvider.System;

    /// <summary>Now.</summary>
    public DateTimeOffset GetUtcNow() => _clock.GetUtcNow();
}

using Webrana.Data.Clock;

namespace Webrana.Api.Notifications;

/// <summary>Business time in a process whose own clock is real: what is stored beside grains' rows is dated as they are.</summary>
public sealed class BusinessNow(IServiceProvider services)
{
    private readonly TimeProvider _clock = services.GetService<BusinessClock>() ?? TimeProvider.System;

    /// <summary>Now, in the sandbox turned as its clock is.</summary>
    public DateTimeOffset UtcNow => _clock.GetUtcNow();
}

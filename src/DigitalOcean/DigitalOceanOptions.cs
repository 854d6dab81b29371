namespace Webrana.DigitalOcean;

/// <summary>How the client behaves on the wire. The defaults suit production.</summary>
public sealed class DigitalOceanOptions
{
    /// <summary>One write, to the last byte of its answer. A successor waits this long plus the send deadline before it acts.</summary>
    public TimeSpan WriteTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>One read with all its retries.</summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>One attempt of a read.</summary>
    public TimeSpan ReadAttemptTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Retries of a read after the first attempt, 1 or more. Writes are never retried.</summary>
    public int ReadRetries { get; set; } = 3;

    /// <summary>First pause between attempts of a read; doubles, with jitter.</summary>
    public TimeSpan ReadRetryDelay { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>The longest retry-after a read waits for by itself; beyond it the 429 is answered to the caller.</summary>
    public TimeSpan LongestRetryAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Making a connection.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Clock of timeouts and pauses. Deliberately not the container's TimeProvider: that is business time, which the sandbox turns forward,
    /// and a jump of 30 days must not time out a call in flight.
    /// </summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;
}

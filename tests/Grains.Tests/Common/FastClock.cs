namespace Webrana.Grains.Tests.Common;

/// <summary>
/// A machine clock that runs fast: the simulator then counts its real limit of 250 calls a minute over a second or so, and tests that
/// look ten times a second stay inside it. Everything that lasts at the provider lasts <see cref="Factor"/> times longer on it.
/// </summary>
public sealed class FastClock : TimeProvider
{
    public const int Factor = 50;

    readonly DateTimeOffset _start = System.GetUtcNow();
    readonly long _began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => _start + (System.GetElapsedTime(_began) * Factor);
}

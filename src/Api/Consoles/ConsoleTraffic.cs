namespace Webrana.Api.Consoles;

/// <summary>What one console carries and since when; read by its watch while both directions run.</summary>
internal sealed class ConsoleTraffic(TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private long _lastInput = clock.GetTimestamp();
    private long _sendingSince;
    private long _sent;
    private long _received;

    /// <summary>Since it began.</summary>
    public TimeSpan Open => clock.GetElapsedTime(_began);

    /// <summary>Since a person did something.</summary>
    public TimeSpan Idle => clock.GetElapsedTime(Volatile.Read(ref _lastInput));

    /// <summary>How long the browser has taken in nothing of what is being sent to it.</summary>
    public TimeSpan Stalled => Volatile.Read(ref _sendingSince) is var since and not 0 ? clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Bytes from the browser to the server.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes from the server to the browser.</summary>
    public long Received => Volatile.Read(ref _received);

    public void Input() => Volatile.Write(ref _lastInput, clock.GetTimestamp());

    public void AddSent(int bytes) => Interlocked.Add(ref _sent, bytes);

    public void Sending() => Volatile.Write(ref _sendingSince, clock.GetTimestamp());

    public void Taken(int bytes)
    {
        Interlocked.Add(ref _received, bytes);
        Volatile.Write(ref _sendingSince, 0);
    }
}

namespace Webrana.Sandbox.Control.Clock;

/// <summary>Tells the simulators how far the product's clock is ahead: `POST /_sandbox/clock`.</summary>
public sealed class SimulatorClocks(ControlOptions options)
{
    const int Attempts = 20;

    static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Tells all of them; a simulator that is just starting is asked again for a few seconds.</summary>
    /// <exception cref="ClockRefusedException">One cannot be reached.</exception>
    public async Task FollowAsync(long offsetMs, CancellationToken cancellation)
    {
        foreach (var simulator in options.Simulators)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    using var answer = await Http.PostAsJsonAsync(new Uri(simulator, "/_sandbox/clock"), new { offsetMs }, cancellation);
                    answer.EnsureSuccessStatusCode();
                    break;
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
                {
                    if (attempt == Attempts)
                        throw new ClockRefusedException(502, "simulator_unreachable", $"The clock moved, but the simulator at {simulator} did not follow: {e.Message}");
                    await Task.Delay(250, cancellation);
                }
            }
        }
    }
}

namespace Webrana.Domain.Droplets;

/// <summary>Growing pauses between attempts.</summary>
public static class Backoff
{
    /// <summary>Doubles from <paramref name="first"/> with every failed attempt, up to <paramref name="most"/>.</summary>
    /// <param name="attempts">Attempts that failed so far; 1 gives <paramref name="first"/>.</param>
    public static TimeSpan After(int attempts, TimeSpan first, TimeSpan most)
    {
        // 20 doublings of any sensible first pause are beyond any sensible limit, and cannot overflow.
        var doubled = first * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return doubled < most ? doubled : most;
    }
}

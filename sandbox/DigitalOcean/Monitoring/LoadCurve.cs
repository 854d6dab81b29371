namespace Webrana.Sandbox.DigitalOcean.Monitoring;

/// <summary>
/// How busy a droplet is at a time, as a smooth curve of its id: a quiet base, a day with its peak in the Indonesian evening, a faster
/// ripple. Its integral is known in closed form, so that cumulative counters agree with each other however they are asked for.
/// </summary>
internal readonly struct LoadCurve
{
    const double Day = 86_400;
    readonly double _base;
    readonly double _day;
    readonly double _ripple;
    readonly double _ripplePeriod;
    readonly double _peak;

    public LoadCurve(long dropletId)
    {
        var mixed = unchecked((ulong)dropletId * 0x9E3779B97F4A7C15UL);
        _base = 0.03 + Part(mixed, 0) * 0.07;
        _day = 0.08 + Part(mixed, 8) * 0.30;
        _ripple = 0.03 + Part(mixed, 16) * 0.08;
        _ripplePeriod = 900 + Part(mixed, 24) * 1800;
        // 12:30-15:00 UTC is 19:30-22:00 in Jakarta.
        _peak = Day * (12.5 + Part(mixed, 32) * 2.5) / 24;
    }

    /// <summary>0..1 of all processors.</summary>
    public double At(double unixSeconds) =>
        _base
        + _day * (1 + Math.Cos(Math.Tau * (unixSeconds - _peak) / Day)) / 2
        + _ripple * (1 + Math.Sin(Math.Tau * unixSeconds / _ripplePeriod)) / 2;

    /// <summary>Busy seconds of one processor between two times.</summary>
    public double Between(double from, double to) => Integral(to) - Integral(from);

    double Integral(double t) =>
        (_base + _day / 2 + _ripple / 2) * t
        + _day * Day / (2 * Math.Tau) * Math.Sin(Math.Tau * (t - _peak) / Day)
        - _ripple * _ripplePeriod / (2 * Math.Tau) * Math.Cos(Math.Tau * t / _ripplePeriod);

    static double Part(ulong mixed, int shift) => (mixed >> shift & 0xFF) / 255.0;
}

namespace Webrana.Domain.Monitoring;

/// <summary>One measurement. Without a value: nothing was measured there, and nobody may draw a line across it.</summary>
public readonly record struct Sample(long UnixSeconds, double? Value);

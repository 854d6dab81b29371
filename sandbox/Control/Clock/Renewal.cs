namespace Webrana.Sandbox.Control.Clock;

/// <summary>A server with a renewal ahead of it: what the clock can be turned to.</summary>
/// <param name="Instance">Its id.</param>
/// <param name="Name">For people.</param>
/// <param name="Status">As the panel shows it.</param>
/// <param name="At">When its next period is charged.</param>
public sealed record Renewal(string Instance, string Name, string Status, DateTimeOffset At);

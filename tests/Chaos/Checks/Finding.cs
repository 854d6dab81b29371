namespace Webrana.Chaos.Checks;

/// <summary>A broken promise.</summary>
/// <param name="Promise">Which, in words.</param>
/// <param name="Evidence">Whom or what it is broken for.</param>
public sealed record Finding(string Promise, string Evidence);

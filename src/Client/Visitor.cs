namespace Webrana.Client;

/// <summary>
/// For whom a front end signs in: the API counts tries by this address and shows both in the list of devices. It believes them only from a proxy it trusts.
/// </summary>
/// <param name="Address">Network address of the browser; null when it is not known.</param>
/// <param name="UserAgent">As the browser calls itself; null when it does not.</param>
public sealed record Visitor(string? Address, string? UserAgent);

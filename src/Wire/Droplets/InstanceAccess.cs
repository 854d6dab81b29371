namespace Webrana.Wire.Droplets;

/// <summary><c>GET /api/v1/instances/{id}/access</c>: how to log in. Nothing in it is secret.</summary>
/// <param name="Username">Usually <c>root</c>.</param>
/// <param name="PasswordAvailable">A password waits for <c>POST /instances/{id}/credentials</c>, which shows it once.</param>
/// <param name="PasswordLogin">SSH takes the password. False when SSH keys were chosen at the order or the last rebuild: then those are the way in, and the password works at the VNC console only.</param>
/// <param name="HostKeyFingerprint">What <c>ssh</c> shows at the first login (<c>SHA256:…</c>); null before Webrana itself has connected.</param>
/// <param name="Managed">Webrana can enter it: console and password reset work over SSH. False after a restored copy of the disk did not let it in.</param>
public sealed record InstanceAccess(string Username, bool PasswordAvailable, bool PasswordLogin, string? HostKeyFingerprint, bool Managed);

namespace Webrana.Sandbox.DigitalOcean.State;

/// <summary>What is inside a droplet, as far as entering it goes.</summary>
internal sealed class GuestState
{
    /// <summary>Grows with every installation: another one has other host keys and knows nothing of the last.</summary>
    public int Installation { get; set; }

    /// <summary>root's authorized_keys.</summary>
    public List<string> AuthorizedKeys { get; set; } = [];

    /// <summary>crypt(3) hash of root's password, when it came as one.</summary>
    public string? RootPasswordHash { get; set; }

    /// <summary>root's password, when it came in clear: mailed by the provider, or set from inside.</summary>
    public string? RootPassword { get; set; }

    public bool PasswordLogin { get; set; }

    /// <summary>The sshd's private host key; made when it first runs, so that it survives restarts of the simulator as a real one would.</summary>
    public string? HostKey { get; set; }

    /// <summary>What a copy of the disk keeps.</summary>
    public GuestState Copy() => new()
    {
        Installation = Installation,
        AuthorizedKeys = [.. AuthorizedKeys],
        RootPasswordHash = RootPasswordHash,
        RootPassword = RootPassword,
        PasswordLogin = PasswordLogin,
        HostKey = HostKey,
    };
}

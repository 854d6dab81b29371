namespace Webrana.Ssh;

/// <summary>One door to one server.</summary>
/// <param name="Host">Address or name.</param>
/// <param name="Port">TCP port.</param>
/// <param name="User">Who to log in as.</param>
/// <param name="PrivatePem">The key, OpenSSH PEM. A secret.</param>
/// <param name="HostKey">The pinned host key (<c>type base64</c>); null trusts the first one that is shown, which is then to be pinned.</param>
public sealed record SshTarget(string Host, int Port, string User, string PrivatePem, string? HostKey)
{
    /// <summary>Without the key: this ends in logs.</summary>
    public override string ToString() => $"{User}@{Host}:{Port}";
}

/// <summary>Why a server cannot be entered.</summary>
public enum SshFailure
{
    /// <summary>No answer, no connection, or a broken one: the server is off, still booting, or its port is closed.</summary>
    Unreachable,

    /// <summary>It answers and does not accept the managed key.</summary>
    KeyRefused,

    /// <summary>It shows another host key than the pinned one: not the server we knew. Nothing was sent to it.</summary>
    HostKeyChanged,
}

/// <summary>How a command on a server ended.</summary>
public abstract record SshOutcome
{
    private SshOutcome()
    {
    }

    /// <summary>It ran.</summary>
    /// <param name="ExitStatus">0 is success; null when the server did not say.</param>
    /// <param name="HostKey">The host key shown (<c>type base64</c>): pin it when none was.</param>
    public sealed record Ran(int? ExitStatus, string HostKey) : SshOutcome;

    /// <summary>
    /// As many visits as may be were under way: nothing was sent, and nothing is known of the server. Later; never a reason to think it shut.
    /// </summary>
    public sealed record NoPlace : SshOutcome;

    /// <summary>It did not run, or broke off.</summary>
    /// <param name="HostKey">The key shown, when the connection came that far.</param>
    public sealed record Failed(SshFailure Why, string? HostKey) : SshOutcome;
}

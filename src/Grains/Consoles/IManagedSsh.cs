using Webrana.Contracts;
using Webrana.Contracts.Consoles;

namespace Webrana.Grains.Consoles;

/// <summary>How to log in to a server with the key we put there.</summary>
public interface IManagedSsh
{
    /// <summary>Null when the server has no managed key (it was ordered before there were any) or no address.</summary>
    Task<SshUpstream?> FindAsync(InstanceId instance, ConsoleTarget target);
}

/// <summary>No server has one.</summary>
public sealed class NoManagedSsh : IManagedSsh
{
    /// <inheritdoc/>
    public Task<SshUpstream?> FindAsync(InstanceId instance, ConsoleTarget target) => Task.FromResult<SshUpstream?>(null);
}

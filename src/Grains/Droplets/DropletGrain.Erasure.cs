using Webrana.Contracts.Droplets;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>The owner closed the account: of a server that is no more only figures stay.</summary>
public sealed partial class DropletGrain : IDropletErasureGrain
{
    /// <inheritdoc/>
    public Task Forget() => Apply(state => state.WithoutOwnersWords());
}

/// <summary>What of a record is its owner's own.</summary>
public static class ErasureChanges
{
    /// <summary>The name that stands where the owner's was.</summary>
    public const string NoName = "closed";

    /// <summary>The record without it; null when nothing is to do, or the server still lives.</summary>
    public static DropletState? WithoutOwnersWords(this DropletState state) =>
        state.Phase is not (InstancePhase.Terminated or InstancePhase.Failed) || state.Order is not { } order || state is { Name: NoName, Order.Name: NoName }
            ? null
            : state with { Name = NoName, Tags = [], FiledAs = null, Order = order with { Name = NoName, SshKeyIds = [], SshKeys = [], UserData = null } };
}

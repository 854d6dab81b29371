using Webrana.Contracts;
using Webrana.Contracts.Droplets;
using Webrana.Domain.Droplets;

namespace Webrana.Grains.Droplets;

/// <summary>The way into the server: for the console, for the owner.</summary>
public sealed partial class DropletGrain : IDropletAccessGrain
{
    private const string RootUser = "root";

    /// <inheritdoc/>
    public async Task<Result<ManagedAccess, AccessError>> Open()
    {
        if (!IsOrdered)
            return AccessError.NotFound;
        if (DropletViews.StatusOf(State) != DropletStatus.Running || IsPuttingBack || State.Droplet?.Ipv4 is not { } ipv4)
            return AccessError.InvalidState;
        return State.Access is { } access ? await _doors.OpenAsync(_instance, access.Generation, ipv4) : AccessError.NotManaged;
    }

    private bool IsChangingPassword => IsPuttingBack || State.Action?.Kind is ActionKind.ResetPassword or ActionKind.Rebuild;

    /// <summary>A copy of the disk: the pin may already be that of another host key.</summary>
    private bool IsPuttingBack => State.Action?.Kind is ActionKind.RestoreSnapshot or ActionKind.RestoreBackup;

    /// <inheritdoc/>
    public async Task<Result<PinnedHostKey, AccessError>> Pin(PinHostKey command)
    {
        if (!IsOrdered)
            return AccessError.NotFound;
        if (State.Access is not { } access)
            return AccessError.NotManaged;
        if (access.Generation != command.Generation)
            return AccessError.Superseded;
        if (await _doors.Rows.PinAsync(_instance.Value, access.Generation, command.HostKey) is not { } pinned)
            return AccessError.NotManaged;
        // Whoever pins was let in.
        await Apply(state => state.LetIn());
        return new PinnedHostKey(pinned);
    }

    /// <inheritdoc/>
    public async Task<Result<AccessView, DropletError>> Access()
    {
        if (!IsOrdered)
            return DropletError.NotFound;
        if (State.Access is not { } access || await _doors.Rows.FindAsync(_instance.Value, access.Generation) is not { } row)
            return new AccessView(RootUser, PasswordAvailable: false, PasswordLogin: true, HostKey: null, Managed: false);
        return new AccessView(RootUser, row.Revealable && State.Phase.IsLive() && !IsChangingPassword, access.PasswordLogin, row.HostKey, Managed: !access.Shut);
    }

    /// <inheritdoc/>
    public async Task<Result<Credentials, CredentialsError>> Reveal(string operationId)
    {
        if (!IsOrdered)
            return CredentialsError.NotFound;
        // While it is being changed, any password would be the wrong one a moment later.
        if (!State.Phase.IsLive() || IsChangingPassword)
            return CredentialsError.InvalidState;
        return State.Access is { } access && await _doors.RevealAsync(_instance, access.Generation, operationId) is { } password
            ? new Credentials(RootUser, password)
            : CredentialsError.CredentialsTaken;
    }
}

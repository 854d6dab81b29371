using Webrana.Sandbox.DigitalOcean.Http;
using Webrana.Sandbox.DigitalOcean.State;

namespace Webrana.Sandbox.DigitalOcean.Cloud;

/// <summary>Starts actions. Live ids are beyond 32 bits, so these are too.</summary>
internal static class Actions
{
    const long FirstId = 3_041_000_000;

    public static bool IsBusy(AccountState account, DropletState droplet) =>
        account.Actions.Any(action => action.DropletId == droplet.Id && action.IsRunning);

    /// <summary>How many times the basic duration this takes.</summary>
    public static double WeightOf(string type) => type switch
    {
        "create" or "rebuild" or "resize" or "restore" => 2,
        "snapshot" => 3,
        "get_console" => 0,
        "destroy" or "rename" or "enable_backups" or "disable_backups" or "change_backup_policy" => 0.5,
        _ => 1,
    };

    public static long DurationMs(World world, ActionState action) => (long)(WeightOf(action.Type) * world.State.Settings.ActionSeconds * 1000);

    public static ActionState Start(Call call, DropletState droplet, string type, ActionParameters? parameters = null)
    {
        var action = new ActionState
        {
            Id = call.World.NextId(call.Account, FirstId),
            Type = type,
            DropletId = droplet.Id,
            Region = droplet.Region,
            StartedAtMs = call.World.NowMs,
            StartedRealMs = call.World.RealMs,
            WillFail = call.TakeFault(FaultKinds.ActionErrored, type) is not null,
            GuestIgnores = type == "shutdown" && call.TakeFault(FaultKinds.ShutdownIgnored) is not null,
            StaleMs = StaleMs(call, type),
            Name = parameters?.Name,
            Size = parameters?.Size,
            GrowDisk = parameters?.GrowDisk ?? false,
            Backups = parameters?.Backups,
            Image = parameters?.Image,
        };
        call.Account.Actions.Add(action);
        return action;
    }

    /// <summary>For how long reads are to show the droplet as it was before this change; 0: they show it at once.</summary>
    public static long StaleMs(Call call, string type) =>
        call.TakeFault(FaultKinds.StaleReads, type) is { } stale ? (long)((stale.Seconds ?? 5) * 1000) : 0;
}

internal sealed record ActionParameters
{
    public string? Name { get; init; }
    public string? Size { get; init; }
    public bool GrowDisk { get; init; }
    public BackupPolicyInfo? Backups { get; init; }
    public ImageInfo? Image { get; init; }
}

using Microsoft.AspNetCore.Components;
using MudBlazor;
using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;

namespace Webrana.Web.Droplets;

/// <summary>One server: is it healthy, what does it cost, when does it renew, can I pay for that; and everything that can be done to it.</summary>
public sealed partial class ServerPage : LivePage
{
    const int PageSize = 50;

    readonly GrowingList<InstanceAction> _activity = new(action => action.Id);
    Instance? _server;
    string? _watched;
    bool _ignored;
    bool _asking;
    bool _confirming;
    ApiFailure? _actFailure;
    string? _read;

    /// <summary>The instance.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary>Null for the overview, or a tab's code.</summary>
    [Parameter] public string? Tab { get; set; }

    [Inject] ISnackbar Snackbar { get; set; } = default!;

    /// <inheritdoc/>
    protected override TimeSpan? PollEvery => _server is { } server && InstanceView.IsMoving(server) ? TimeSpan.FromSeconds(2) : null;

    [SupplyParameterFromQuery(Name = "range")] string? Range { get; set; }

    string Shown => Tab is "graphs" or "networking" or "backups" or "activity" or "resize" or "rebuild" or "delete" ? Tab : "overview";

    IEnumerable<(string, string)> Tabs =>
    [
        ("overview", T["Server.Overview"]), ("graphs", T["Server.Graphs"]), ("networking", T["Server.Networking"]), ("backups", T["Server.Backups"]),
        ("activity", T["Server.Activity"]), ("resize", T["Server.Resize"]), ("rebuild", T["Server.Rebuild"]), ("delete", T["Server.Delete"]),
    ];

    string TabHref(string code) => code == "overview" ? $"/servers/{Id}" : $"/servers/{Id}/{code}";

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) =>
        change.Event is not { } happened || happened.Type is not (EventTypes.InstanceChanged or EventTypes.ActionChanged)
            ? change.Event is null
            : happened.Notice.Id == Id || happened.Notice.InstanceId == Id || happened.Notice.InstanceId is null && happened.Type == EventTypes.ActionChanged;

    string Wanted => $"{Id}/{Shown}";

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        // The same page is kept when its tab or its server changes.
        if (_read is null || _read == Wanted) return;
        // A question that was asked of one server is not answered for another.
        _confirming = false;
        await ReloadAsync();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        _read = Wanted;
        await ReadCatalogueAsync(cancellationToken);
        if (!Took(await Panel.Api.InstanceAsync(Id, cancellationToken), out var server)) return;
        var before = _server;
        _server = server;
        var id = Id;
        if (Shown == "activity") await ReadListAsync(_activity, cursor => Panel.Api.ActivityAsync(id, PageSize, cursor, cancellationToken));
        await TellAsync(before, server, cancellationToken);
    }

    Task MoreAsync(string _) => GrowAsync(_activity);

    async Task ActAsync(InstanceActionType act)
    {
        if (_asking) return;
        _asking = true;
        (_actFailure, _ignored) = (null, false);
        var started = await Panel.Api.ActAsync(Id, act, IdempotencyKey.New());
        _asking = false;
        if (started.IsOk) _watched = started.Value.ActionId;
        else if (!Panel.LeaveIfSignedOut(started.Failure)) _actFailure = started.Failure;
        await ReloadAsync();
    }

    // Cutting the power can cost data, wherever it is pressed; everything else goes at once.
    Task AskAsync(InstanceActionType act)
    {
        if (act != InstanceActionType.PowerOff) return ActAsync(act);
        _confirming = true;
        return Task.CompletedTask;
    }

    async Task ActFromMenuAsync(InstanceActionType act)
    {
        await AskAsync(act);
        if (_actFailure is { } failure && act != InstanceActionType.PowerOff) Snackbar.Add(T.Explain(failure), Severity.Error);
    }

    async Task ForceOffAsync()
    {
        _confirming = false;
        await ActAsync(InstanceActionType.PowerOff);
        // The overview says it beside its buttons; the menu is there on every tab.
        if (_actFailure is { } failure && Shown != "overview") Snackbar.Add(T.Explain(failure), Severity.Error);
    }

    Task FollowAsync(string actionId)
    {
        _watched = actionId;
        return ReloadAsync();
    }

    // Between two reads: the answer to one that is under way would put back what was just changed.
    Task SetAutoRenewAsync(bool on) => BetweenReadsAsync(async () =>
    {
        var changed = await Panel.Api.UpdateInstanceAsync(Id, new UpdateInstanceRequest(AutoRenew: on), IdempotencyKey.New(), Leaving);
        if (changed.IsOk)
        {
            _server = changed.Value;
            Snackbar.Add(T[on ? "Server.AutoRenewOn" : "Server.AutoRenewOff"], Severity.Normal);
        }
        else if (!Panel.LeaveIfSignedOut(changed.Failure))
        {
            _actFailure = changed.Failure;
        }
    });

    // Says how the act ended that was started here, once the server is no longer busy with it.
    async Task TellAsync(Instance? before, Instance after, CancellationToken cancellationToken)
    {
        if (before?.Status == InstanceStatus.Provisioning && after.Status == InstanceStatus.Running)
        {
            Snackbar.Add(T["Server.NowRunning", after.Name], Severity.Success);
            await Panel.ReadWalletAsync(cancellationToken);
        }

        if (_watched is not { } watched || after.RunningAction is not null) return;
        if (await Panel.Api.ActionAsync(Id, watched, cancellationToken) is not { IsOk: true } ended || ended.Value.Status == ActionStatus.InProgress) return;
        _watched = null;
        // A guest may let a shutdown pass: that is no success, and the way out is offered.
        _ignored = ended.Value is { Type: InstanceActionType.Shutdown, Status: ActionStatus.Completed, Message: not null };
        if (_ignored) return;
        if (ended.Value.Status == ActionStatus.Completed) Snackbar.Add(T["Server.ActDone", T.Of(ended.Value.Type)], Severity.Success);
        else Snackbar.Add(T["Server.ActFailed", T.Of(ended.Value.Type)], Severity.Error);
    }
}

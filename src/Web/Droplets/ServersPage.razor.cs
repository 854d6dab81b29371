using Microsoft.AspNetCore.Components;
using MudBlazor;
using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;

namespace Webrana.Web.Droplets;

/// <summary>The servers, live; filter and search live in the address.</summary>
public sealed partial class ServersPage : LivePage
{
    const int PageSize = 50;

    static readonly (string Code, InstanceStatus[] Statuses)[] Groups =
    [
        ("running", [InstanceStatus.Running]),
        ("off", [InstanceStatus.Off]),
        ("attention", [InstanceStatus.Suspended, InstanceStatus.Hibernated, InstanceStatus.Failed, InstanceStatus.Lost]),
    ];

    readonly HashSet<string> _selected = [];
    readonly GrowingList<Instance> _list = new(server => server.Id);
    BulkBar? _bulk;

    [Inject] ISnackbar Snackbar { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")] string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "status")] string? StatusGroup { get; set; }

    /// <inheritdoc/>
    protected override TimeSpan? PollEvery => _list.Items?.Any(InstanceView.IsMoving) == true || _bulk is { IsFollowing: true } ? TimeSpan.FromSeconds(4) : null;

    bool IsFiltered => !string.IsNullOrEmpty(Query) || !string.IsNullOrEmpty(StatusGroup);

    List<Instance> Shown =>
        [
            .. _list.Items!.Where(server =>
                (string.IsNullOrEmpty(Query) || server.Name.Contains(Query, StringComparison.OrdinalIgnoreCase) || server.Ipv4?.Contains(Query, StringComparison.Ordinal) == true)
                && (Group(StatusGroup) is not { } statuses || (statuses.Contains(server.Status) && !InstanceView.IsCancelled(server)))),
        ];

    IEnumerable<(string, string, bool)> Filters =>
        Groups.Select(group => (Address(group.Code), T[$"Servers.Filter.{group.Code}"], group.Code == StatusGroup))
            .Prepend((Address(null), T["Common.All"], Group(StatusGroup) is null));

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) => change.Touches(EventTypes.InstanceChanged, EventTypes.ActionChanged);

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        await ReadCatalogueAsync(cancellationToken);
        // A live change must not fold up what the person has already unfolded.
        var limit = Math.Clamp(_list.Items?.Count ?? 0, PageSize, 200);
        if (!await ReadListAsync(_list, cursor => Panel.Api.InstancesAsync(limit: cursor is null ? limit : PageSize, cursor: cursor, cancellationToken: cancellationToken))) return;
        if (_bulk is { } bulk) await bulk.FollowAsync(_list.Items!, cancellationToken);
    }

    Task MoreAsync(string _) => GrowAsync(_list);

    void SearchAsync(ChangeEventArgs change) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("q", string.IsNullOrWhiteSpace(change.Value as string) ? null : (string)change.Value!), replace: true);

    async Task ActAsync((Instance Server, InstanceActionType Act) asked)
    {
        var started = await Panel.Api.ActAsync(asked.Server.Id, asked.Act, IdempotencyKey.New());
        if (started.IsOk) Snackbar.Add(T["Server.ActStarted", T.Of(asked.Act), asked.Server.Name], Severity.Normal);
        else if (!Panel.LeaveIfSignedOut(started.Failure)) Snackbar.Add(T.Explain(started.Failure), Severity.Error);
        await ReloadAsync();
    }

    // Only what is shown is acted on: a filter must not hide what a button reaches.
    IReadOnlyList<Instance> Selected => _list.Items is null ? [] : [.. Shown.Where(server => _selected.Contains(server.Id))];

    bool AllSelected => Shown.Count > 0 && Shown.TrueForAll(server => _selected.Contains(server.Id));

    void Toggle(string id)
    {
        if (!_selected.Remove(id)) _selected.Add(id);
    }

    void SelectAll()
    {
        if (AllSelected) _selected.Clear();
        else _selected.UnionWith(Shown.Select(server => server.Id));
    }

    void ClearSelection() => _selected.Clear();

    string Address(string? group) => Navigation.GetUriWithQueryParameter("status", group);

    static InstanceStatus[]? Group(string? code) => Groups.FirstOrDefault(group => group.Code == code).Statuses;
}

using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Webrana.Client;
using Webrana.Web.Components;
using Webrana.Web.Live;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Consoles;
using Webrana.Wire.Droplets;
using Webrana.Wire.Events;

namespace Webrana.Web.Consoles;

/// <summary>
/// A server's screen or terminal. The browser's own script carries it (<c>js/console.js</c>); this page gives it tickets and people words.
/// </summary>
public sealed partial class ConsolePage : LivePage, IAsyncDisposable
{
    // Names of keys as the browser and the script know them, and what stands on their caps.
    static readonly (string Key, string Cap)[] Keys =
        [("Escape", "Esc"), ("Tab", "Tab"), ("ArrowUp", "↑"), ("ArrowDown", "↓"), ("ArrowLeft", "←"), ("ArrowRight", "→"), ("Backspace", "⌫"), ("Enter", "⏎")];

    Instance? _server;
    AdminInstance? _theirs;
    bool _asking;
    string? _why;
    ElementReference _root;
    IJSObjectReference? _module;
    IJSObjectReference? _console;
    DotNetObjectReference<ConsolePage>? _self;
    string _state = "connecting";
    string _reason = "";
    string _kind = "";
    bool _started;

    /// <summary>The instance.</summary>
    [Parameter] public string Id { get; set; } = "";

    /// <summary><c>VNC</c> or <c>SSH</c>; null for the screen if there is one, else the terminal.</summary>
    [SupplyParameterFromQuery] public string? Kind { get; set; }

    [Inject] IJSRuntime Script { get; set; } = default!;

    string? Name => _server?.Name ?? _theirs?.Name;

    InstanceStatus? Status => _server?.Status ?? _theirs?.Status;

    string AskTitle => T["Desk.OpenConsoleTitle", Name ?? ""];

    string ServerHref => _theirs is null ? $"/servers/{Id}" : $"/admin/instances/{Id}";

    string StateWords => _state switch
    {
        "open" => T["Console.Open"],
        "waiting" => T["Console.Waiting"],
        "ended" => T["Console.Ended"],
        _ => T["Console.Connecting"],
    };

    bool OffersTerminal => _kind != "SSH" && _reason is ProblemCodes.ConsoleUnavailable or "unreachable" or "address_refused";

    string EndTitle => _reason == "host_key_changed" ? T["Console.HostKeyTitle"] : T["Console.Ended"];

    string EndWords => Status is { } status and not InstanceStatus.Running && _reason is "not_running" or ProblemCodes.InvalidState
        ? T["Console.ServerNotRunning", T.Of(status).ToLower(CultureInfo.CurrentCulture)]
        : T.Find($"Console.End.{_reason}") ?? T.Find($"Error.{_reason}") ?? T["Console.End.lost"];

    string Pressed(string kind) => _kind == kind ? "true" : "false";

    /// <inheritdoc/>
    protected override bool Concerns(LiveChange change) =>
        change.Event is not { } happened || (happened.Type == EventTypes.InstanceChanged && happened.Notice.Id == Id);

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken cancellationToken)
    {
        var mine = await Panel.Api.InstanceAsync(Id, cancellationToken);
        if (Panel.IsAdmin && mine.Failure is { IsNotFound: true })
        {
            // A customer's: the desk's own call knows it, and it opens once it is said why.
            if (!Took(await Panel.Api.Admin.InstanceAsync(Id, cancellationToken), out var theirs)) return;
            (_theirs, _asking) = (theirs, _why is null);
        }
        else if (Took(mine, out var server))
        {
            _server = server;
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_server is not null || _why is not null) await StartAsync();
    }

    Task<ApiFailure?> OpenTheirsAsync(string reason, IdempotencyKey key)
    {
        _why = reason;
        return Task.FromResult<ApiFailure?>(null);
    }

    void StopAsking(bool open)
    {
        _asking = open;
        if (!open && _why is null) Navigation.NavigateTo(ServerHref);
    }

    async Task StartAsync()
    {
        if (_started) return;
        _started = true;
        _self = DotNetObjectReference.Create(this);
        try
        {
            _module = await Script.InvokeAsync<IJSObjectReference>("import", Leaving, "/js/console.js");
            _console = await _module.InvokeAsync<IJSObjectReference>("start", Leaving, _root, _self, Kind is "VNC" or "SSH" ? Kind : "");
        }
        catch (Exception left) when (left is JSDisconnectedException or OperationCanceledException)
        {
            // The page was left before it began.
        }
    }

    /// <summary>The script wants a ticket. Empty <c>Url</c>: there is none, and <c>Code</c> says why.</summary>
    /// <param name="kind">Empty for whatever there is.</param>
    [JSInvokable]
    public async Task<TicketAnswer> TicketAsync(string kind)
    {
        var asked = await Panel.Api.ConsoleAsync(Id, kind switch { "VNC" => ConsoleKind.Vnc, "SSH" => ConsoleKind.Ssh, _ => null }, _why, Leaving);
        if (asked.IsOk) return new TicketAnswer(asked.Value.Kind == ConsoleKind.Vnc ? "VNC" : "SSH", asked.Value.Ticket, asked.Value.WebSocketUrl, "");
        Panel.LeaveIfSignedOut(asked.Failure);
        return new TicketAnswer("", "", "", asked.Failure.Kind == ApiFailureKind.Unreachable ? "lost" : asked.Failure.Code);
    }

    /// <summary>The script says how the console stands.</summary>
    /// <param name="state"><c>connecting</c>, <c>open</c>, <c>waiting</c> or <c>ended</c>.</param>
    /// <param name="reason">Why it ended.</param>
    /// <param name="kind"><c>VNC</c>, <c>SSH</c>, or empty while it is not known.</param>
    [JSInvokable]
    public async Task ToldAsync(string state, string reason, string kind)
    {
        (_state, _reason, _kind) = (state, reason, kind);
        if (reason == "signed_out") await Panel.Api.WalletAsync(Leaving); // finds out whether this login is meant, and leaves
        StateHasChanged();
    }

    /// <summary>What the script gets.</summary>
    public sealed record TicketAnswer(string Kind, string Ticket, string Url, string Code);

    /// <inheritdoc/>
    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        Dispose();
        try
        {
            if (_console is not null)
            {
                await _console.InvokeVoidAsync("dispose");
                await _console.DisposeAsync();
            }

            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the console with it.
        }

        _self?.Dispose();
    }
}

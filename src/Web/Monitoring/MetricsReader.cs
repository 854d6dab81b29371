using Microsoft.AspNetCore.Components;
using Webrana.Client;
using Webrana.Web.Sessions;
using Webrana.Wire.Monitoring;

namespace Webrana.Web.Monitoring;

/// <summary>A part of a page that shows measurements: it reads while it is in view and only then, as often as there is something new.</summary>
public abstract class MetricsReader : ComponentBase, IDisposable
{
    // The provider measures every 120 s, and the API shares what it read for as long.
    static readonly TimeSpan Every = TimeSpan.FromSeconds(120);

    readonly CancellationTokenSource _leaving = new();
    ITimer? _timer;
    string? _read;

    /// <summary>The user.</summary>
    [Inject] protected PanelSession Panel { get; set; } = default!;

    /// <summary>Real time, for reading again.</summary>
    [Inject] protected TimeProvider Time { get; set; } = default!;

    /// <summary>The server.</summary>
    [Parameter, EditorRequired] public string ServerId { get; set; } = "";

    /// <summary><c>1h</c>, <c>6h</c>, <c>24h</c>, <c>7d</c> or <c>14d</c>.</summary>
    [Parameter] public string Range { get; set; } = "1h";

    /// <summary>What was read last; null before the first answer.</summary>
    protected InstanceMetrics? Data { get; private set; }

    /// <summary>Of the last read; null when it went well.</summary>
    protected ApiFailure? Failure { get; private set; }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        var wanted = $"{ServerId} {Range}";
        if (_read == wanted) return;
        _read = wanted;
        Data = null;
        await ReadAsync();
        _timer ??= Time.CreateTimer(_ => _ = InvokeAsync(ReadAsync), null, Every, Every);
    }

    /// <summary>Reads now.</summary>
    protected async Task ReadAsync()
    {
        var asked = _read;
        try
        {
            var result = await Panel.Api.MetricsAsync(ServerId, Range, _leaving.Token);
            if (asked != _read) return;
            Failure = result.Failure;
            if (result.IsOk) Data = result.Value;
            else Panel.LeaveIfSignedOut(result.Failure);
            StateHasChanged();
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The page was left.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops reading.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        _leaving.Cancel();
        _timer?.Dispose();
    }
}

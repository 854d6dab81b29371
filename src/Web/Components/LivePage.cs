using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Components;
using Webrana.Client;
using Webrana.Web.Catalogue;
using Webrana.Web.Live;
using Webrana.Web.Sessions;
using Webrana.Wire;

namespace Webrana.Web.Components;

/// <summary>
/// A page that shows something of the user's and follows it. It reads at the start, after every hint that concerns it, and on its own while something is under way,
/// because a hint may be lost. One read at a time: a hint during a read causes exactly one more.
/// </summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    readonly CancellationTokenSource _leaving = new();
    readonly SemaphoreSlim _turn = new(1, 1);
    IDisposable? _live;
    ITimer? _poll;
    bool _reading;
    bool _again;

    /// <summary>The user.</summary>
    [Inject] protected PanelSession Panel { get; set; } = default!;

    /// <summary>Business time.</summary>
    [Inject] protected BusinessClock Clock { get; set; } = default!;

    /// <summary>Names of plans, regions and images.</summary>
    [Inject] protected CatalogueCache CatalogueCache { get; set; } = default!;

    /// <summary>Real time, for polling.</summary>
    [Inject] protected TimeProvider Time { get; set; } = default!;

    /// <summary>For links and addresses.</summary>
    [Inject] protected NavigationManager Navigation { get; set; } = default!;

    /// <summary>Of the last read; null when it went well.</summary>
    protected ApiFailure? Failure { get; private set; }

    /// <summary>The catalogue as last read.</summary>
    protected CatalogueSnapshot Catalogue { get; private set; } = CatalogueSnapshot.Empty;

    /// <summary>Ends when the page is left.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    /// <summary>How soon to read again without a hint; null when nothing is under way.</summary>
    protected virtual TimeSpan? PollEvery => null;

    /// <summary>
    /// Reads what the page shows. A page whose address says what to read notes here for which address it reads, and nowhere else: an address that
    /// changes while the first answer is on its way is then read, too, instead of standing above the wrong list.
    /// </summary>
    /// <param name="cancellationToken">Ends when the page is left.</param>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>Whether a change concerns what the page shows.</summary>
    /// <param name="change">The hint.</param>
    protected abstract bool Concerns(LiveChange change);

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        await Panel.StartAsync();
        // The wallet is read beside the page, by whoever needs it: a page that shows it was drawn before the answer came.
        Panel.WalletChanged += Redraw;
        _live = Panel.Listen(change =>
        {
            if (Concerns(change)) _ = InvokeAsync(ReloadAsync);
        });
        await ReloadAsync();
    }

    /// <summary>Reads again, or makes sure that a read under way is followed by another.</summary>
    protected async Task ReloadAsync()
    {
        if (_reading)
        {
            _again = true;
            return;
        }

        _reading = true;
        try
        {
            do
            {
                _again = false;
                await BetweenReadsAsync(() =>
                {
                    // Not before its turn: what was held up by it may fail meanwhile, and this read is newer.
                    Failure = null;
                    return ReadAsync(Leaving);
                });
                StateHasChanged();
            }
            while (_again && !Leaving.IsCancellationRequested);
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            _reading = false;
        }

        SchedulePoll();
    }

    /// <summary>
    /// Waits until no read is under way, and holds up the next one. For what adds to what was read, or changes it and shows what came back: a read
    /// that began before it would undo that when its answer comes.
    /// </summary>
    /// <param name="act">What is done meanwhile.</param>
    protected async Task BetweenReadsAsync(Func<Task> act)
    {
        await _turn.WaitAsync(Leaving);
        try
        {
            await act();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Reads a list from its beginning.</summary>
    /// <typeparam name="TItem">What it lists.</typeparam>
    /// <param name="list">What is shown of it.</param>
    /// <param name="read">
    /// Asks for what follows a cursor, or for the beginning without one. The list goes on as it is asked for here: what the address says is taken before,
    /// for it may have changed by then.
    /// </param>
    /// <param name="keepsLoaded">What was loaded stays below a beginning that is read again.</param>
    /// <returns>Whether it went well.</returns>
    protected async Task<bool> ReadListAsync<TItem>(GrowingList<TItem> list, Func<string?, Task<ApiResult<Page<TItem>>>> read, bool keepsLoaded = false)
    {
        if (!Took(await read(null), out var beginning)) return false;
        if (keepsLoaded) list.Renew(beginning, read);
        else list.Begin(beginning, read);
        return true;
    }

    /// <summary>The same of a list that comes with more than its rows.</summary>
    /// <typeparam name="TItem">What it lists.</typeparam>
    /// <typeparam name="TPage">What the API answers.</typeparam>
    /// <param name="list">What is shown of it.</param>
    /// <param name="read">Asks for what follows a cursor, or for the beginning without one.</param>
    /// <param name="page">The rows of an answer; notes whatever else it says.</param>
    protected Task<bool> ReadListAsync<TItem, TPage>(GrowingList<TItem> list, Func<string?, Task<ApiResult<TPage>>> read, Func<TPage, Page<TItem>> page)
    {
        return ReadListAsync(list, PageAsync);

        async Task<ApiResult<Page<TItem>>> PageAsync(string? cursor)
        {
            var answer = await read(cursor);
            return answer.IsOk ? page(answer.Value) : answer.Failure;
        }
    }

    /// <summary>Adds what follows to a list: between two reads, and once however often it is asked for meanwhile.</summary>
    /// <typeparam name="TItem">What it lists.</typeparam>
    /// <param name="list">What is shown of it.</param>
    protected Task GrowAsync<TItem>(GrowingList<TItem> list) => list.GrowAsync(BetweenReadsAsync, answer => Took(answer, out var page) ? page : null);

    /// <summary>Takes a result apart; a failure is kept in <see cref="Failure"/>, an ended session leads to the sign-in page.</summary>
    /// <typeparam name="TValue">What was asked for.</typeparam>
    /// <param name="result">Of a read.</param>
    /// <param name="value">The value, when there is one.</param>
    protected bool Took<TValue>(ApiResult<TValue> result, [NotNullWhen(true)] out TValue? value)
    {
        value = result.Value;
        if (result.IsOk) return value is not null;
        if (!Panel.LeaveIfSignedOut(result.Failure)) Failure = result.Failure;
        return false;
    }

    /// <summary>Reads the names of plans, regions and images; the page can do without.</summary>
    protected async Task ReadCatalogueAsync(CancellationToken cancellationToken)
    {
        if (await CatalogueCache.GetAsync(cancellationToken) is { IsOk: true } read) Catalogue = read.Value;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops listening and reading.</summary>
    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected virtual void Dispose(bool disposing)
    {
        _leaving.Cancel();
        Panel.WalletChanged -= Redraw;
        _live?.Dispose();
        _poll?.Dispose();
    }

    void Redraw() => _ = InvokeAsync(StateHasChanged);

    void SchedulePoll()
    {
        _poll?.Dispose();
        _poll = PollEvery is { } wait && !Leaving.IsCancellationRequested
            ? Time.CreateTimer(_ => _ = InvokeAsync(ReloadAsync), null, wait, Timeout.InfiniteTimeSpan)
            : null;
    }
}

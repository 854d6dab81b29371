using Webrana.Api.Alarms;
using Webrana.Api.Payments;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Providers;

namespace Webrana.Api.Tests.Admin;

/// <summary>How a day's payments are gathered from the gateway's pages, and when.</summary>
public sealed class SettlementPagesTests
{
    static readonly DateTimeOffset From = new(2026, 11, 28, 17, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_list_that_does_not_end_is_refused_and_not_taken_for_the_whole()
    {
        var asked = 0;
        var (payments, refusal) = await ReadAsync(page =>
        {
            asked++;
            return new GatewayPage([Payment($"T{page}")], page + 1);
        });
        Assert.Null(payments);
        Assert.Same(ProblemKinds.SettlementTooLong, refusal?.Kind);
        Assert.Equal(200, asked);
    }

    [Fact]
    public async Task A_list_of_as_many_pages_as_are_read_is_read_to_its_end()
    {
        var (payments, refusal) = await ReadAsync(page => new GatewayPage([Payment($"T{page}")], page < 200 ? page + 1 : null));
        Assert.Null(refusal);
        Assert.Equal(200, payments?.Count);
    }

    [Fact]
    public async Task A_payment_that_moved_to_the_next_page_meanwhile_counts_once_and_old_ones_end_the_reading()
    {
        var (payments, _) = await ReadAsync(page => page switch
        {
            1 => new GatewayPage([Payment("A"), Payment("B")], 2),
            2 => new GatewayPage([Payment("B"), Payment("old", From.AddDays(-9))], 3),
            _ => throw new InvalidOperationException("Nothing behind an older one is asked for."),
        });
        Assert.Equal(["A", "B"], payments!.Select(payment => payment.Reference));
    }

    [Fact]
    public void A_comparison_that_came_to_nothing_is_made_again_after_five_minutes_and_one_that_was_made_after_its_time()
    {
        var times = new SettlementTimes(TimeSpan.FromHours(6));
        var noon = new DateTimeOffset(2026, 11, 30, 5, 0, 0, TimeSpan.Zero);
        Assert.True(times.IsDue(noon, noon));
        times.Ended(compared: false, noon);
        Assert.False(times.IsDue(noon.AddSeconds(299), noon));
        Assert.True(times.IsDue(noon.AddMinutes(5), noon));
        times.Ended(compared: true, noon);
        Assert.False(times.IsDue(noon.AddMinutes(359), noon));
        Assert.True(times.IsDue(noon.AddHours(6), noon));
        // Half past midnight in Jakarta.
        Assert.False(times.IsDue(noon.AddHours(13), noon.AddHours(12.5)));
    }

    [Fact]
    public async Task A_process_that_stops_neither_asks_for_another_page_nor_waits_for_the_one_that_is_read()
    {
        using var stop = new CancellationTokenSource();
        var asked = new List<int>();
        var never = new TaskCompletionSource<Result<GatewayPage, TripayAccountError>>();
        var reading = SettlementReader.PaidAsync(
            page =>
            {
                asked.Add(page);
                return page == 1 ? Task.FromResult<Result<GatewayPage, TripayAccountError>>(new GatewayPage([Payment("T1")], 2)) : never.Task;
            },
            From, From.AddDays(2), stop.Token);
        Assert.False(reading.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal([1, 2], asked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SettlementReader.PaidAsync(
            page =>
            {
                asked.Add(page);
                return never.Task;
            },
            From, From.AddDays(2), stop.Token));
        Assert.Equal([1, 2], asked);
    }

    static Task<(IReadOnlyList<GatewayPayment>? Payments, Refusal? Refusal)> ReadAsync(Func<int, GatewayPage> pages) =>
        SettlementReader.PaidAsync(page => Task.FromResult<Result<GatewayPage, TripayAccountError>>(pages(page)), From, From.AddDays(2), TestContext.Current.CancellationToken);

    static GatewayPayment Payment(string reference, DateTimeOffset? at = null) =>
        new(reference, "WBR-1", 100_000, 4_250, 0, 95_750, true, at ?? From.AddHours(1), at ?? From.AddHours(2));
}

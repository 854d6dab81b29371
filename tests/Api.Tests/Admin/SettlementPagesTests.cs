using Webrana.Api.Payments;
using Webrana.Api.Problems;
using Webrana.Contracts;
using Webrana.Contracts.Providers;

namespace Webrana.Api.Tests.Admin;

/// <summary>How a day's payments are gathered from the gateway's pages.</summary>
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

    static Task<(IReadOnlyList<GatewayPayment>? Payments, Refusal? Refusal)> ReadAsync(Func<int, GatewayPage> pages) =>
        SettlementReader.PaidAsync(page => Task.FromResult<Result<GatewayPage, TripayAccountError>>(pages(page)), From, From.AddDays(2));

    static GatewayPayment Payment(string reference, DateTimeOffset? at = null) =>
        new(reference, "WBR-1", 100_000, 4_250, 0, 95_750, true, at ?? From.AddHours(1), at ?? From.AddHours(2));
}

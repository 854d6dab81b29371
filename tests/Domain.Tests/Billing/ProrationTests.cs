using CsCheck;
using Webrana.Domain.Billing;

namespace Webrana.Domain.Tests.Billing;

public sealed class ProrationTests
{
    static readonly DateTimeOffset From = new(2026, 3, 1, 2, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Until = From.AddDays(31);

    static readonly Gen<long> Prices = Gen.Long[0, 1_000_000_000_000];

    // A period's start, its length in seconds, and a moment around it.
    static readonly Gen<(DateTimeOffset From, DateTimeOffset Until, DateTimeOffset At)> Moments =
        from start in Gen.Long[0, 4_000_000_000]
        from seconds in Gen.Long[1, 366 * 86_400]
        from ms in Gen.Long[-5_000, seconds * 1000 + 5_000]
        select (DateTimeOffset.FromUnixTimeSeconds(start), DateTimeOffset.FromUnixTimeSeconds(start + seconds), DateTimeOffset.FromUnixTimeSeconds(start).AddMilliseconds(ms));

    [Fact]
    public void Used_and_unused_are_the_price_whatever_the_moment() => Gen.Select(Prices, Moments).Sample((price, when) =>
    {
        var (unused, used) = (Proration.UnusedIdr(price, when.From, when.Until, when.At), Proration.UsedIdr(price, when.From, when.Until, when.At));
        Assert.Equal(price, used + unused);
        Assert.InRange(unused, 0, price);
    });

    [Fact]
    public void Less_is_ahead_the_later_it_is_and_the_cheaper_the_price() => Gen.Select(Prices, Prices, Moments, Gen.Long[0, 10_000_000]).Sample((one, other, when, later) =>
    {
        Assert.True(Proration.UnusedIdr(one, when.From, when.Until, when.At.AddMilliseconds(later)) <= Proration.UnusedIdr(one, when.From, when.Until, when.At));
        Assert.True(Proration.UnusedIdr(Math.Min(one, other), when.From, when.Until, when.At) <= Proration.UnusedIdr(Math.Max(one, other), when.From, when.Until, when.At));
        Assert.True(Proration.UnusedDaysIdr(one, when.From, when.Until, when.At) <= Proration.UnusedIdr(one, when.From, when.Until, when.At));
    });

    [Fact]
    public void There_and_back_again_at_one_moment_is_nothing_and_by_way_of_a_third_plan_the_same() =>
        Gen.Select(Prices, Prices, Prices, Moments).Sample((a, b, c, when) =>
        {
            long Difference(long from, long to) => Proration.DifferenceIdr(from, to, when.From, when.Until, when.At);
            Assert.Equal(0, Difference(a, b) + Difference(b, a));
            Assert.Equal(Difference(a, c), Difference(a, b) + Difference(b, c));
        });

    [Fact]
    public void Nothing_is_ahead_at_the_end_and_all_of_it_at_the_start() => Gen.Select(Prices, Prices, Moments).Sample((one, other, when) =>
    {
        Assert.Equal(0, Proration.UnusedIdr(one, when.From, when.Until, when.Until));
        Assert.Equal(one, Proration.UnusedIdr(one, when.From, when.Until, when.From));
        Assert.Equal(0, Proration.DifferenceIdr(one, other, when.From, when.Until, when.Until));
        Assert.Equal(other - one, Proration.DifferenceIdr(one, other, when.From, when.Until, when.From));
        Assert.Equal(0, Proration.UnusedDaysIdr(one, when.From, when.Until, when.Until));
    });

    [Theory]
    [InlineData(0, 310_000)]
    [InlineData(1, 309_999)] // a second has begun: its part of a rupiah counts as used
    [InlineData(86_400, 300_000)]
    [InlineData(86_400 * 30 + 43_200, 5_000)]
    [InlineData(86_400 * 31 - 1, 0)]
    public void It_is_to_the_second_and_rounded_down(int seconds, long unused) =>
        Assert.Equal(unused, Proration.UnusedIdr(310_000, From, Until, From.AddSeconds(seconds)));

    [Theory]
    [InlineData(0, 31, 310_000)]
    [InlineData(1, 30, 300_000)]
    [InlineData(86_400, 30, 300_000)]
    [InlineData(86_400 * 30 + 1, 0, 0)]
    public void A_day_that_has_begun_is_used(int seconds, int days, long unused)
    {
        Assert.Equal(days, Proration.UnusedDays(From, Until, From.AddSeconds(seconds)));
        Assert.Equal(unused, Proration.UnusedDaysIdr(310_000, From, Until, From.AddSeconds(seconds)));
    }
}

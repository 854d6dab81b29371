using Webrana.Tripay.Channels;

namespace Webrana.Tripay.Tests.Client;

public class FeeTests
{
    [Theory]
    [InlineData(36_300, 1_005)]
    [InlineData(192_080, 2_095)]
    [InlineData(50_000, 1_100)]
    [InlineData(34_100, 989)]
    [InlineData(19_800, 889)]
    [InlineData(10_000, 820)]
    [InlineData(8_000, 806)]
    [InlineData(5_000, 785)]
    public void Qris_costs_750_and_0_7_percent_rounded_up(long amount, long fee) => Assert.Equal(fee, TripayFee.Compute(amount, 750, 0.7m));

    [Theory]
    [InlineData(51_700, 1_551)]
    [InlineData(24_200, 1_000)]
    [InlineData(27_500, 1_000)]
    [InlineData(0, 1_000)]
    public void Wallets_cost_3_percent_and_at_least_1000(long amount, long fee) => Assert.Equal(fee, TripayFee.Compute(amount, 0, 3m, minimumIdr: 1_000));

    [Fact]
    public void A_fee_is_capped_at_the_maximum() => Assert.Equal(5_000, TripayFee.Compute(10_000_000, 0, 3m, 1_000, 5_000));

    [Fact]
    public void A_negative_amount_has_no_fee() => Assert.Throws<ArgumentOutOfRangeException>(() => TripayFee.Compute(-1, 750, 0.7m));

    [Fact]
    public void An_overflow_is_an_error_and_not_another_number() => Assert.Throws<OverflowException>(() => TripayFee.Compute(long.MaxValue, long.MaxValue, 100m));

    [Fact]
    public void The_side_that_bears_nothing_does_not_pay_the_minimum()
    {
        var channel = new TripayChannel { Code = "OVO", FeeMerchant = default, FeeCustomer = new TripayFeeRate(0, 3m), MinimumFee = 1_000 };
        Assert.Equal(1_000, channel.CustomerFeeIdr(20_000));
        Assert.Equal(0, channel.MerchantFeeIdr(20_000));
    }
}

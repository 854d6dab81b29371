using Webrana.Web.Catalogue;
using Webrana.Web.Deposits;
using Webrana.Web.Droplets;
using Webrana.Web.Tests.Fakes;
using Webrana.Web.Wallets;
using Webrana.Wire.Droplets;
using Webrana.Wire.Plans;

namespace Webrana.Web.Tests.Droplets;

public sealed class OrderChoiceTests
{
    static readonly Plan Basic = new("basic-1", "Basic 1", 1, 1024, 25, 1, null, 5_000, 100_000, 1_000_000, true, true, true, ["sgp1"]);

    [Fact]
    public void A_closed_choice_says_why()
    {
        Assert.Equal(Obstacle.RegionClosed, OrderChoice.Of(new Region("nyc3", "New York", false)));
        Assert.Equal(Obstacle.ImageClosed, OrderChoice.Of(new Image("old", "Old", "Ubuntu", 10, false)));
        Assert.Equal(Obstacle.NotInRegion, OrderChoice.Of(Basic, "fra1", null));
        Assert.Equal(Obstacle.DiskTooSmall, OrderChoice.Of(Basic, "sgp1", new Image("big", "Big", "Rocky", 40, true)));
        Assert.Equal(Obstacle.SoldOut, OrderChoice.Of(Basic with { Regions = [] }, "sgp1", null));
        Assert.Equal(Obstacle.None, OrderChoice.Of(Basic, "sgp1", new Image("fits", "Fits", "Ubuntu", 25, true)));
    }

    [Fact]
    public void A_period_that_is_not_allowed_has_no_price_even_if_one_is_set()
    {
        Assert.Equal(5_000, OrderChoice.Price(Basic, BillingPeriod.Daily));
        Assert.Equal(100_000, OrderChoice.Price(Basic, BillingPeriod.Monthly));
        Assert.Equal(1_000_000, OrderChoice.Price(Basic, BillingPeriod.Yearly));
        Assert.Null(OrderChoice.Price(Basic with { AllowDaily = false }, BillingPeriod.Daily));
    }

    [Fact]
    public void The_saving_of_a_year_is_never_rounded_up_and_never_negative()
    {
        Assert.Equal(16, OrderChoice.YearlySavingPercent(Basic));
        Assert.Null(OrderChoice.YearlySavingPercent(Basic with { PriceYearly = 1_200_000 }));
        Assert.Null(OrderChoice.YearlySavingPercent(Basic with { PriceYearly = 1_300_000 }));
        Assert.Null(OrderChoice.YearlySavingPercent(Basic with { AllowYearly = false }));
    }

    [Fact]
    public void Renewal_follows_the_calendar()
    {
        var start = new DateTimeOffset(2027, 1, 31, 3, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2027, 2, 1, 3, 0, 0, TimeSpan.Zero), OrderChoice.RenewsAt(start, BillingPeriod.Daily));
        Assert.Equal(new DateTimeOffset(2027, 2, 28, 3, 0, 0, TimeSpan.Zero), OrderChoice.RenewsAt(start, BillingPeriod.Monthly));
        Assert.Equal(new DateTimeOffset(2028, 1, 31, 3, 0, 0, TimeSpan.Zero), OrderChoice.RenewsAt(start, BillingPeriod.Yearly));
    }

    [Fact]
    public void The_suggested_name_is_free() => Assert.Equal("web-03", OrderChoice.SuggestName(["web-01", "WEB-02", "db"]));

    [Fact]
    public void The_page_starts_with_Singapore_and_the_newest_Ubuntu_of_long_support()
    {
        var world = new FakeWorld();
        var catalogue = new CatalogueSnapshot(world.Plans, world.Regions, [.. world.Images, new Image("ubuntu-25-10-x64", "25.10 x64", "Ubuntu", 10, true)]);
        Assert.Equal("sgp1", OrderChoice.DefaultRegion(catalogue));
        Assert.Equal("ubuntu-24-04-x64", OrderChoice.DefaultImage(catalogue)!.Slug);
        Assert.Equal("Ubuntu 24.04 (LTS)", catalogue.ImageName("ubuntu-24-04-x64"));
        Assert.Equal("gone-1", catalogue.RegionName("gone-1"));
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(10_000, 10_000)]
    [InlineData(10_001, 20_000)]
    [InlineData(149_999, 150_000)]
    public void What_is_missing_is_rounded_up_to_a_sum_people_transfer(long missing, long offered) => Assert.Equal(offered, DepositView.RoundUp(missing));
}

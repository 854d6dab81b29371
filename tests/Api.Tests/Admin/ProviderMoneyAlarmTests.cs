using Webrana.Api.Admin;
using Webrana.Api.Alarms;
using Webrana.Contracts.Providers;

namespace Webrana.Api.Tests.Admin;

/// <summary>What the provider's bill says, against the desk's settings.</summary>
public sealed class ProviderMoneyAlarmTests
{
    [Theory]
    [InlineData("active", 0, -60_00, null)]
    [InlineData("active", 0, -49_99, "49.99 USD paid in advance are left")]
    [InlineData("active", 0, 10_00, "-10.00 USD paid in advance are left")]
    [InlineData("active", 25_00, -60_00, "25.00 USD of the months before are not paid")]
    [InlineData("warning", 25_00, -49_99, "past due")]
    public void What_the_provider_is_owed_or_holds_for_us_is_one_alarm_of_the_gravest(string status, long owed, long balance, string? said)
    {
        var account = new ProviderAccountView(
            "primary", "primary", ProviderAccountMode.Active, ProviderAlarm.None, null, true, status, 10, 0, 10, 0, null, null, "", owed, balance);
        var about = ReconciliationAlarms.AboutMoney(account, new DeskOptions { ProviderCreditUsd = 50, ProviderOwedUsd = 25 });
        Assert.True(said is null ? about is null : about?.Contains(said, StringComparison.Ordinal) == true, about);
        // Who set nothing, and who was not looked at yet, is told of what the provider itself says alone.
        Assert.Equal(status == "warning", ReconciliationAlarms.AboutMoney(account, new DeskOptions()) is not null);
        Assert.Equal(
            status == "warning", ReconciliationAlarms.AboutMoney(account with { OwedUsdCents = null, BalanceUsdCents = null }, new DeskOptions { ProviderCreditUsd = 50, ProviderOwedUsd = 25 }) is not null);
    }
}

using Microsoft.Extensions.Configuration;
using Webrana.Api.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>docker-compose.yml passes what nobody set as an empty string, and numbers with their default.</summary>
public sealed class DeskOptionsTests
{
    static DeskOptions Bind(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{DeskOptions.Section}:{setting.Name}", (string?)setting.Value)))
        .Build().GetSection(DeskOptions.Section).Get<DeskOptions>()!;

    [Fact]
    public void An_empty_webhook_is_none_and_the_numbers_of_the_compose_file_are_the_defaults()
    {
        var empty = Bind(("AlarmWebhookUrl", ""), ("AlarmWebhookKey", ""), ("SingleHandedIdr", "1000000"), ("ProviderBudgetUsd", "0"), ("FewDropletsLeft", "5"), ("ProviderCreditUsd", "0"), ("ProviderOwedUsd", "0"), ("DriftAlarmMinutes", "60"), ("SettlementToleranceIdr", "0"));
        Assert.Null(empty.AlarmWebhookUrl);
        Assert.True(string.IsNullOrEmpty(empty.AlarmWebhookKey));
        var defaults = new DeskOptions();
        Assert.Equal(
            (defaults.SingleHandedIdr, defaults.ProviderBudgetUsd, defaults.FewDropletsLeft), (empty.SingleHandedIdr, empty.ProviderBudgetUsd, empty.FewDropletsLeft));
        Assert.Equal((defaults.ProviderCreditUsd, defaults.ProviderOwedUsd), (empty.ProviderCreditUsd, empty.ProviderOwedUsd));
        Assert.Equal((defaults.DriftAlarmMinutes, defaults.SettlementToleranceIdr), (empty.DriftAlarmMinutes, empty.SettlementToleranceIdr));
    }

    /// <summary>As docs/GO-LIVE.md has it, step 12: else alarms would be POSTed to a place called none, again and again.</summary>
    [Fact]
    public void A_webhook_that_is_none_in_so_many_words_is_none() => Assert.Null(Bind(("AlarmWebhookUrl", "none")).AlarmWebhookUrl);

    [Fact]
    public void What_is_set_is_what_holds()
    {
        var set = Bind(("AlarmWebhookUrl", "https://alarms.example.com/in"), ("AlarmWebhookKey", "k"), ("SingleHandedIdr", "2500000"), ("ProviderBudgetUsd", "300"), ("FewDropletsLeft", "20"));
        Assert.Equal(
            (new Uri("https://alarms.example.com/in"), "k", 2_500_000L, 300L, 20),
            (set.AlarmWebhookUrl, set.AlarmWebhookKey, set.SingleHandedIdr, set.ProviderBudgetUsd, set.FewDropletsLeft));
    }
}

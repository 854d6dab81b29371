using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Webrana.Tripay.Tests.Client;

public class OptionsTests
{
    static TripayOptions Build(Action<TripayOptions> change)
    {
        var services = new ServiceCollection();
        services.AddTripay(options =>
        {
            options.ApiKey = "DEV-the-api-key";
            options.PrivateKey = "the-private-key";
            options.MerchantCode = "T0001";
            change(options);
        });
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<TripayOptions>>().Value;
    }

    [Fact]
    public void A_merchant_with_its_three_secrets_is_enough() => Assert.Equal("T0001", Build(_ => { }).MerchantCode);

    [Fact]
    public void Options_never_show_their_secrets()
    {
        var text = Build(options => options.PreviousPrivateKey = "the-old-key").ToString();
        Assert.DoesNotContain("the-", text, StringComparison.Ordinal);
        Assert.Contains("T0001", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Tripay:PrivateKey is missing.")]
    [InlineData("key\n", "Tripay:PrivateKey contains white space.")]
    [InlineData(" key", "Tripay:PrivateKey contains white space.")]
    public void A_key_that_would_never_match_is_refused_at_start_without_being_shown(string key, string problem)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Build(options => options.PrivateKey = key));
        Assert.Equal([problem], failure.Failures);
    }

    public static TheoryData<string, Action<TripayOptions>> Mistakes => new()
    {
        { "ApiKey", options => options.ApiKey = "" },
        { "MerchantCode", options => options.MerchantCode = "" },
        { "PreviousPrivateKey", options => options.PreviousPrivateKey = "old key" },
        { "BaseUrl", options => options.BaseUrl = "tripay.co.id/api" },
        { "BaseUrl", options => options.BaseUrl = "ftp://tripay.co.id/api" },
        { "CallbackUrl", options => options.CallbackUrl = "/webhooks/tripay" },
        { "ReturnUrl", options => options.ReturnUrl = "javascript:alert(1)" },
        { "UserAgent", options => options.UserAgent = "" },
        { "timeout", options => options.CreateTimeoutMs = 0 },
        { "ReadRetries", options => options.ReadRetries = -1 },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Each_mistake_is_named(string name, Action<TripayOptions> mistake) =>
        Assert.Contains(name, Assert.Single(Assert.Throws<OptionsValidationException>(() => Build(mistake)).Failures), StringComparison.Ordinal);
}

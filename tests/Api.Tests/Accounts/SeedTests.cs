using Microsoft.AspNetCore.Builder;
using Webrana.Api.Accounts;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Accounts;

public sealed class SeedTests
{
    [Theory]
    [InlineData("Production", "Seed:Demo")]
    [InlineData("Development", "Seed:Demo")]
    [InlineData("Production", "Sandbox:Clock")]
    public void Outside_the_sandbox_the_demo_is_refused_at_the_start(string environment, string setting)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration[setting] = "true";
        Assert.Throws<InvalidOperationException>(() => builder.AddSeed());
    }

    [Fact]
    public async Task In_the_sandbox_both_users_can_log_in_and_a_second_start_changes_nothing()
    {
        var seed = new Dictionary<string, string?>
        {
            ["Seed:Demo"] = "true",
            ["Seed:AdminEmail"] = "admin@webrana.test",
            ["Seed:AdminPassword"] = "admin-sangat-rahasia",
            ["Seed:CustomerEmail"] = "pelanggan@webrana.test",
            ["Seed:CustomerPassword"] = "pelanggan-rahasia",
        };
        await using var host = await ApiHost.StartAsync(seed);
        // The seed runs behind the start and waits for the cluster: whoever waits for ready finds the users there.
        await Eventually.Async(
            async () => (await host.Anonymous().GetAsync("/health/ready", TestContext.Current.CancellationToken)).IsSuccessStatusCode,
            ApiHost.Patience, "the API is ready", TestContext.Current.CancellationToken);
        foreach (var (email, password, role) in new[]
        {
            ("admin@webrana.test", "admin-sangat-rahasia", Roles.Admin), ("pelanggan@webrana.test", "pelanggan-rahasia", Roles.Customer),
        })
        {
            var tokens = await host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(email, password)).ReadAsync<TokenPair>();
            var http = host.Anonymous();
            http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
            Assert.Contains(role, (await http.GetAsync("/api/v1/me").ReadAsync<Profile>()).Roles);
            Assert.False(host.Mails.HasMail(email));
        }
    }
}

using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Journeys;

/// <summary>The password: to its owner, once, kept nowhere in clear.</summary>
[Collection(ApiCollection.Name)]
public sealed class AccessTests(SharedApi api)
{
    [Fact]
    public async Task A_password_is_shown_once_may_not_be_cached_and_is_given_again_to_a_lost_request_only()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var path = $"/api/v1/instances/{order.InstanceId}";
        var before = await user.Http.GetAsync($"{path}/access").ReadAsync<InstanceAccess>();
        Assert.Equal(("root", true, true, true), (before.Username, before.PasswordAvailable, before.PasswordLogin, before.Managed));
        Assert.Null(before.HostKeyFingerprint);

        using var answer = await user.Http.PostAsync($"{path}/credentials", null, "sekali");
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var shown = await Task.FromResult(answer).ReadAsync<InstanceCredentials>();
        Assert.Equal("root", shown.Username);
        using var repeated = await user.Http.PostAsync($"{path}/credentials", null, "sekali");
        Assert.Equal("no-store", repeated.Headers.CacheControl?.ToString());
        Assert.Equal(shown, await Task.FromResult(repeated).ReadAsync<InstanceCredentials>());

        await user.Http.PostAsync($"{path}/credentials", null, "lagi").RefusedAsync(410, ProblemCodes.CredentialsTaken);
        await user.Http.PostAsync($"{path}/credentials").RefusedAsync(410, ProblemCodes.CredentialsTaken);
        Assert.False((await user.Http.GetAsync($"{path}/access").ReadAsync<InstanceAccess>()).PasswordAvailable);

        var kept = await api.Host.Database.ScalarAsync<string>(
            "SELECT coalesce(string_agg(k::text, ''), '') || coalesce((SELECT string_agg(a::text, '') FROM instance_access a), '') FROM idempotency_keys k");
        Assert.DoesNotContain(shown.Password, kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_customers_server_has_neither_access_nor_password()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var stranger = await api.Host.NewCustomerAsync();
        await stranger.Http.GetAsync($"/api/v1/instances/{order.InstanceId}/access").RefusedAsync(404, ProblemCodes.NotFound);
        await stranger.Http.PostAsync($"/api/v1/instances/{order.InstanceId}/credentials").RefusedAsync(404, ProblemCodes.NotFound);
        Assert.True((await user.Http.GetAsync($"/api/v1/instances/{order.InstanceId}/access").ReadAsync<InstanceAccess>()).PasswordAvailable);
    }
}

using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using Webrana.Wire.SshKeys;

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
            "SELECT coalesce(string_agg(encode(k.answer, 'escape'), ''), '') || coalesce((SELECT string_agg(a::text, '') FROM instance_access a), '') FROM idempotency_claims k");
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

    [Fact]
    public async Task A_lost_password_is_reset_and_another_system_installed_each_as_an_action()
    {
        var user = await api.Host.NewCustomerAsync();
        var order = await Scenario.OrderAsync(api.Host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        var path = $"/api/v1/instances/{order.InstanceId}";
        var first = await user.Http.PostAsync($"{path}/credentials").ReadAsync<InstanceCredentials>();

        await EndsAsync(user, path, await user.Http.PostAsync($"{path}/reset-password").ReadAsync<ActionAccepted>(HttpStatusCode.Accepted), InstanceActionType.ResetPassword);
        var second = await user.Http.PostAsync($"{path}/credentials").ReadAsync<InstanceCredentials>();
        Assert.NotEqual(first.Password, second.Password);
        Assert.StartsWith("SHA256:", (await user.Http.GetAsync($"{path}/access").ReadAsync<InstanceAccess>()).HostKeyFingerprint, StringComparison.Ordinal);

        var options = (await user.Http.GetAsync($"{path}/rebuild-options").ReadAsync<Page<RebuildOption>>()).Items;
        Assert.Equal((RebuildMethod.InPlace, true), (options.Single(one => one.Image == "ubuntu-22-04-x64").Method, options.Single(one => one.Image == "ubuntu-22-04-x64").KeepsAddress));
        Assert.Equal((RebuildMethod.Replace, false), (options.Single(one => one.Image == "debian-12-x64").Method, options.Single(one => one.Image == "debian-12-x64").KeepsAddress));
        Assert.Equal("ubuntu-24-04-x64", options.Single(one => one.Current).Image);

        await user.Http.PostAsync($"{path}/rebuild", new RebuildRequest("")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.PostAsync($"{path}/rebuild", new RebuildRequest("windows-95")).RefusedAsync(422, ProblemCodes.ImageUnavailable);
        var stranger = await api.Host.NewCustomerAsync();
        var (mine, theirs) = (await KeyAsync(user), await KeyAsync(stranger));
        await user.Http.PostAsync($"{path}/rebuild", new RebuildRequest("debian-12-x64", [mine, ""])).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await user.Http.PostAsync($"{path}/rebuild", new RebuildRequest("debian-12-x64", [mine, theirs])).RefusedAsync(422, ProblemCodes.SshKeyUnknown);
        await stranger.Http.PostAsync($"{path}/rebuild", new RebuildRequest("debian-12-x64")).RefusedAsync(404, ProblemCodes.NotFound);
        await stranger.Http.GetAsync($"{path}/rebuild-options").RefusedAsync(404, ProblemCodes.NotFound);
        await EndsAsync(user, path, await user.Http.PostAsync($"{path}/rebuild", new RebuildRequest("debian-12-x64", [mine])).ReadAsync<ActionAccepted>(HttpStatusCode.Accepted), InstanceActionType.Rebuild);
        Assert.Equal("debian-12-x64", (await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running)).Image);
        var after = await user.Http.GetAsync($"{path}/access").ReadAsync<InstanceAccess>();
        Assert.Equal((true, false), (after.PasswordAvailable, after.PasswordLogin));
    }

    static async Task<string> KeyAsync(TestUser user) => (await user.Http.PostAsync(
        "/api/v1/ssh-keys", new CreateSshKeyRequest("laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 dewi@laptop"))
        .ReadAsync<SshKey>(HttpStatusCode.Created)).Id;

    static async Task EndsAsync(TestUser user, string path, ActionAccepted accepted, InstanceActionType type)
    {
        var ended = await Eventually.Async(
            () => user.Http.GetAsync($"{path}/actions/{accepted.ActionId}").ReadAsync<InstanceAction>(),
            action => action.Status != ActionStatus.InProgress, ApiHost.Patience, type.ToString(), TestContext.Current.CancellationToken);
        Assert.Equal((type, ActionStatus.Completed), (ended.Type, ended.Status));
    }
}

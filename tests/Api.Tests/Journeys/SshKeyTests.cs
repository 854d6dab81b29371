using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.SshKeys;

namespace Webrana.Api.Tests.Journeys;

[Collection(ApiCollection.Name)]
public sealed class SshKeyTests(SharedApi api)
{
    const string Line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2 dewi@laptop";

    [Fact]
    public async Task Keys_are_added_listed_and_removed_by_their_owner_and_an_order_takes_known_ones_only()
    {
        var (user, other) = (await api.Host.NewCustomerAsync(), await api.Host.NewCustomerAsync());
        var added = await user.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest(" laptop ", Line), "kunci-1").ReadAsync<SshKey>(HttpStatusCode.Created);
        Assert.Equal(("laptop", "ssh-ed25519"), (added.Name, added.Type));
        Assert.Equal(added, await user.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest(" laptop ", Line), "kunci-1").ReadAsync<SshKey>(HttpStatusCode.Created));
        Assert.Equal(added, Assert.Single((await user.Http.GetAsync("/api/v1/ssh-keys").ReadAsync<Page<SshKey>>()).Items));
        Assert.Empty((await other.Http.GetAsync("/api/v1/ssh-keys").ReadAsync<Page<SshKey>>()).Items);
        await other.Http.DeleteAsync($"/api/v1/ssh-keys/{added.Id}").RefusedAsync(404, ProblemCodes.NotFound);

        await user.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest("again", Line)).RefusedAsync(409, ProblemCodes.DuplicateKey);
        await user.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest("bad", "ssh-rsa x")).RefusedAsync(422, ProblemCodes.InvalidKey);
        var problem = await user.Http.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest(" ", Line)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Contains("name", problem.Errors!.Keys);

        await Scenario.FundAsync(api.Host, other, Scenario.PriceIdr);
        await other.Http.PostAsync("/api/v1/orders", Scenario.Order() with { SshKeyIds = [added.Id] }).RefusedAsync(422, ProblemCodes.SshKeyUnknown);
        await user.Http.DeleteAsync($"/api/v1/ssh-keys/{added.Id}").ExpectAsync(HttpStatusCode.NoContent);
    }
}

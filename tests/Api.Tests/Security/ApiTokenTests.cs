using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Security;

[Collection(ApiCollection.Name)]
public sealed class ApiTokenTests(SharedApi api)
{
    ApiHost Host => api.Host;

    async Task<(HttpClient Owner, ApiTokenCreated Made, HttpClient Token)> MadeAsync(params string[] scopes)
    {
        var owner = await Host.SignedInAsync((await Host.NewCustomerAsync()).Email);
        var made = await owner.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("skrip", scopes, TestUser.Password)).ReadAsync<ApiTokenCreated>(HttpStatusCode.Created);
        return (owner, made, Host.WithToken(made.Token));
    }

    [Fact]
    public async Task A_token_does_what_its_scopes_say_and_nothing_else()
    {
        var (_, _, token) = await MadeAsync("servers:read", "ssh-keys:write");
        await token.GetAsync("/api/v1/instances").ExpectAsync(HttpStatusCode.OK);
        await token.GetAsync("/api/v1/ssh-keys").ExpectAsync(HttpStatusCode.OK); // to write is to read
        await token.GetAsync("/api/v1/wallet").RefusedAsync(403, ProblemCodes.InsufficientScope);
        await token.PostAsync("/api/v1/orders", "{").RefusedAsync(403, ProblemCodes.InsufficientScope); // before its body is read
        await token.PostAsync($"/api/v1/instances/{Guid.NewGuid()}/reboot").RefusedAsync(403, ProblemCodes.InsufficientScope);
        await token.GetAsync($"/api/v1/instances/{Guid.NewGuid()}/console").RefusedAsync(403, ProblemCodes.InsufficientScope); // a GET that opens a door
        await token.GetAsync("/internal/users").RefusedAsync(403, ProblemCodes.Forbidden);
    }

    [Fact]
    public async Task No_token_reaches_what_protects_the_account()
    {
        var (_, made, token) = await MadeAsync("write");
        await token.GetAsync("/api/v1/me").ExpectAsync(HttpStatusCode.OK);
        await token.GetAsync("/api/v1/me/sessions").RefusedAsync(403, ProblemCodes.InsufficientScope);
        await token.GetAsync("/api/v1/api-tokens").RefusedAsync(403, ProblemCodes.InsufficientScope);
        await token.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("lagi", ["write"], TestUser.Password)).RefusedAsync(403, ProblemCodes.InsufficientScope);
        await token.DeleteAsync($"/api/v1/api-tokens/{made.Details.Id}").RefusedAsync(403, ProblemCodes.InsufficientScope);
    }

    [Fact]
    public async Task It_is_shown_once_recognised_later_and_dead_when_revoked()
    {
        var (owner, made, token) = await MadeAsync("read");
        Assert.StartsWith(made.Details.Start, made.Token, StringComparison.Ordinal);
        await token.GetAsync("/api/v1/wallet").ExpectAsync(HttpStatusCode.OK);
        using var list = await owner.GetAsync("/api/v1/api-tokens");
        Assert.DoesNotContain(made.Token, await list.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var listed = Assert.Single((await owner.GetAsync("/api/v1/api-tokens").ReadAsync<Page<ApiToken>>()).Items);
        Assert.NotNull(listed.LastUsedAt);
        Assert.Equal("127.0.0.1", listed.LastUsedFrom);

        var stranger = await Host.SignedInAsync((await Host.NewCustomerAsync()).Email);
        await stranger.DeleteAsync($"/api/v1/api-tokens/{listed.Id}").RefusedAsync(404, ProblemCodes.NotFound);
        await owner.DeleteAsync($"/api/v1/api-tokens/{listed.Id}").ExpectAsync(HttpStatusCode.NoContent);
        await token.GetAsync("/api/v1/wallet").RefusedAsync(401, ProblemCodes.Unauthenticated);
        Assert.Empty((await owner.GetAsync("/api/v1/api-tokens").ReadAsync<Page<ApiToken>>()).Items);
    }

    [Fact]
    public async Task An_expired_token_opens_nothing()
    {
        var (_, made, token) = await MadeAsync("read");
        await token.GetAsync("/api/v1/wallet").ExpectAsync(HttpStatusCode.OK);
        await Host.Database.ExecuteAsync($"update identity.api_tokens set expires_at = created_at where id = '{made.Details.Id}'");
        await token.GetAsync("/api/v1/wallet").RefusedAsync(401, ProblemCodes.Unauthenticated);
    }

    [Fact]
    public async Task What_is_asked_for_wrongly_is_said_by_field()
    {
        var owner = await Host.SignedInAsync((await Host.NewCustomerAsync()).Email);
        var problem = await owner.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest(" ", ["admin"], TestUser.Password, 400)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal(["expiresInDays", "name", "scopes"], problem.Errors!.Keys.Order());
        await owner.PostAsync("/api/v1/api-tokens", new CreateApiTokenRequest("x", ["read"], "salah-sekali-1")).RefusedAsync(422, ProblemCodes.WrongPassword);
    }
}

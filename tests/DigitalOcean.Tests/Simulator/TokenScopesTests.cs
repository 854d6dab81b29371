using System.Net.Http.Headers;
using System.Text;
using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Simulator;

/// <summary>A token that may do some things: what it lacks is 403, before anything is looked at.</summary>
public sealed class TokenScopesTests
{
    const string Whole = "whole";
    const string Reader = "reader";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_does_what_its_scopes_say_and_names_them_on_its_account()
    {
        await using var rig = await StartAsync("account:read", "droplet:read", "regions:read");
        Assert.Equal("account:read,droplet:read,regions:read", (await AskAsync(rig, Reader, "GET", "/v2/account")).Scopes);
        Assert.Null((await AskAsync(rig, Whole, "GET", "/v2/account")).Scopes);
        Assert.Equal(200, (await AskAsync(rig, Reader, "GET", "/v2/droplets")).Status);
        Assert.Equal(200, (await AskAsync(rig, Reader, "GET", "/v2/regions")).Status);
        foreach (var path in new[] { "/v2/sizes", "/v2/firewalls", "/v2/account/keys", "/v2/customers/my/balance", "/v2/monitoring/alerts" })
            Assert.Equal(403, (await AskAsync(rig, Reader, "GET", path)).Status);
    }

    /// <summary>The order that lets a doctor ask without changing anything: who may not hears 403, who may hears what the call lacks.</summary>
    [Theory]
    [InlineData("POST", "/v2/droplets", "{}", "droplet:create", 422)]
    [InlineData("POST", "/v2/droplets/0/actions", "{}", "droplet:update", 404)]
    [InlineData("DELETE", "/v2/droplets/0", null, "droplet:delete", 404)]
    [InlineData("POST", "/v2/firewalls", "{}", "firewall:create", 422)]
    [InlineData("PUT", "/v2/firewalls/00000000-0000-0000-0000-000000000000", "{}", "firewall:update", 404)]
    [InlineData("DELETE", "/v2/firewalls/00000000-0000-0000-0000-000000000000", null, "firewall:delete", 404)]
    [InlineData("DELETE", "/v2/snapshots/0", null, "snapshot:delete", 404)]
    [InlineData("POST", "/v2/account/keys", "{}", "ssh_key:create", 422)]
    [InlineData("DELETE", "/v2/account/keys/0", null, "ssh_key:delete", 404)]
    [InlineData("POST", "/v2/tags", "{}", "tag:create", 422)]
    public async Task A_write_that_cannot_succeed_tells_the_scope_and_nothing_else(string method, string path, string? body, string scope, int status)
    {
        await using var without = await StartAsync("account:read");
        Assert.Equal(403, (await AskAsync(without, Reader, method, path, body)).Status);
        await using var with = await StartAsync("account:read", scope);
        Assert.Equal(status, (await AskAsync(with, Reader, method, path, body)).Status);
    }

    [Theory]
    [InlineData("rebuild", "droplet:admin")]
    [InlineData("restore", "droplet:admin")]
    [InlineData("password_reset", "droplet:admin")]
    [InlineData("resize", "droplet:create")]
    [InlineData("snapshot", "image:create")]
    public async Task Some_actions_need_a_scope_beside_the_one_for_actions(string action, string scope)
    {
        await using var without = await StartAsync("droplet:update");
        Assert.Equal(403, (await AskAsync(without, Reader, "POST", "/v2/droplets/0/actions", $$"""{"type":"{{action}}"}""")).Status);
        await using var with = await StartAsync("droplet:update", scope);
        Assert.Equal(404, (await AskAsync(with, Reader, "POST", "/v2/droplets/0/actions", $$"""{"type":"{{action}}"}""")).Status);
    }

    static Task<Rig> StartAsync(params string[] scopes) => Rig.StartAsync(options =>
    {
        options.Tokens = [Whole, Reader];
        options.Scopes = new Dictionary<string, IReadOnlyList<string>> { [Reader] = scopes };
    });

    static async Task<(int Status, string? Scopes)> AskAsync(Rig rig, string token, string method, string path, string? body = null)
    {
        using var http = new HttpClient { BaseAddress = rig.Simulator.BaseUrl };
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request, Stop);
        return ((int)answer.StatusCode, answer.Headers.TryGetValues("x-oauth-scopes", out var scopes) ? string.Join(',', scopes) : null);
    }
}

using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;

namespace Webrana.Api.Tests.Admin;

/// <summary>Who may do what at the desk, and who says so.</summary>
[Collection(ApiCollection.Name)]
public sealed class StaffTests(SharedApi api)
{
    const string Reason = "Mulai bertugas";

    [Fact]
    public async Task An_admin_gives_a_role_it_holds_at_the_next_sign_in_and_taking_it_ends_it_at_once()
    {
        var admin = await api.Host.NewAdminAsync();
        var person = await api.Host.NewCustomerAsync();
        var given = await admin.Http.PostAsync($"/internal/users/{person.Id}/roles", new SetRoleRequest(StaffRole.Finance, true, Reason)).ReadAsync<AdminUser>();
        Assert.Equal([Roles.Customer, Roles.Finance], given.Roles);
        Assert.Contains(person.Email, (await admin.Http.GetAsync("/internal/staff").ReadAsync<Page<AdminUser>>()).Items.Select(user => user.Email));

        var finance = await LoginAsync(person);
        await finance.GetAsync("/internal/ledger/trial-balance").ExpectAsync(HttpStatusCode.OK);
        await admin.Http.PostAsync($"/internal/users/{person.Id}/roles", new SetRoleRequest(StaffRole.Finance, false, "Pindah tugas")).ExpectAsync(HttpStatusCode.OK);
        // The token in hand still names the role.
        await finance.GetAsync("/internal/ledger/trial-balance").RefusedAsync(403, ProblemCodes.Forbidden);
        Assert.DoesNotContain(person.Email, (await admin.Http.GetAsync("/internal/staff").ReadAsync<Page<AdminUser>>()).Items.Select(user => user.Email));
        Assert.Equal(
            "role.change_requested,role.given,role.change_requested,role.taken",
            await api.Host.Database.ScalarAsync<string>($"select string_agg(action, ',' order by id) from audit_log where subject = 'account:{person.Id}'"));
    }

    /// <summary>As if the process died between the role's row and the line that says it was given: that line cannot be written.</summary>
    [Fact]
    public async Task A_role_that_was_given_by_a_process_that_died_has_a_name_and_the_same_again_says_what_was_before_it()
    {
        var (admin, person) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        var (key, fault) = (Guid.NewGuid().ToString("N"), $"dies_{person.Id.Value:n}");
        var give = new SetRoleRequest(StaffRole.Admin, true, Reason);
        await api.Host.Database.ExecuteAsync($"""
            CREATE FUNCTION {fault}() RETURNS trigger LANGUAGE plpgsql AS $f$
                BEGIN IF NEW.subject = 'account:{person.Id}' AND NEW.action = 'role.given' THEN RAISE EXCEPTION 'died'; END IF; RETURN NEW; END $f$;
            CREATE TRIGGER {fault} BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION {fault}();
            """, TestContext.Current.CancellationToken);
        try
        {
            using var died = await admin.Http.PostAsync($"/internal/users/{person.Id}/roles", give, key);
            Assert.Equal(HttpStatusCode.InternalServerError, died.StatusCode);
        }
        finally
        {
            await api.Host.Database.ExecuteAsync($"DROP TRIGGER {fault} ON audit_log; DROP FUNCTION {fault}()", TestContext.Current.CancellationToken);
        }

        var intent = Assert.Single(await LinesAsync(admin, person));
        Assert.Equal(("role.change_requested", Reason, admin.Email), (intent.Action, intent.Reason, intent.ActorEmail));
        Assert.Equal("customer → admin, customer", Change(intent));
        Assert.Equal([Roles.Admin, Roles.Customer], (await admin.Http.GetAsync($"/internal/users/{person.Id}").ReadAsync<AdminUser>()).Roles);

        await admin.Http.PostAsync($"/internal/users/{person.Id}/roles", give, key).ExpectAsync(HttpStatusCode.OK);
        var lines = await LinesAsync(admin, person);
        Assert.Equal(["role.given", "role.change_requested", "role.change_requested"], lines.Select(line => line.Action));
        Assert.All(lines, line => Assert.Equal("customer → admin, customer", Change(line)));

        static string Change(AuditEntry line) => $"{RolesIn(line.Before)} → {RolesIn(line.After)}";
        static string RolesIn(JsonElement? value) => string.Join(", ", value!.Value.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
    }

    static async Task<IReadOnlyList<AuditEntry>> LinesAsync(TestUser admin, TestUser person) =>
        (await admin.Http.GetAsync($"/internal/audit?subject=account:{person.Id}&action=role.").ReadAsync<Page<AuditEntry>>()).Items;

    [Fact]
    public async Task Nobody_changes_their_own_roles_so_that_an_admin_is_always_left()
    {
        var admin = await api.Host.NewAdminAsync();
        foreach (var held in new[] { true, false })
            await admin.Http.PostAsync($"/internal/users/{admin.Id}/roles", new SetRoleRequest(StaffRole.Admin, held, Reason)).RefusedAsync(409, ProblemCodes.OwnAccount);
        await admin.Http.GetAsync("/internal/staff").ExpectAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("dua\nbaris")]
    public async Task Without_a_reason_nothing_is_changed(string reason)
    {
        var admin = await api.Host.NewAdminAsync();
        var person = await api.Host.NewCustomerAsync();
        var refused = await admin.Http.PostAsync($"/internal/users/{person.Id}/roles", new SetRoleRequest(StaffRole.Admin, true, reason)).RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Contains("reason", refused.Errors!.Keys);
        Assert.Equal([Roles.Customer], (await admin.Http.GetAsync($"/internal/users/{person.Id}").ReadAsync<AdminUser>()).Roles);
    }

    [Fact]
    public async Task A_role_in_a_token_is_worth_nothing_without_its_row()
    {
        var person = await api.Host.NewCustomerAsync();
        await api.Host.As(person.Id, Roles.Admin).GetAsync("/internal/users").RefusedAsync(403, ProblemCodes.Forbidden);
    }

    /// <summary>The documents say who may, and the routes do it; the table here is what the shop was promised.</summary>
    [Theory]
    [InlineData(Roles.Finance, "POST /internal/wallets/{userId}/adjustments", true)]
    [InlineData(Roles.Finance, "GET /internal/ledger/trial-balance", true)]
    [InlineData(Roles.Finance, "GET /internal/instances", false)]
    [InlineData(Roles.Finance, "DELETE /internal/instances/{id}/consoles", false)]
    [InlineData(Roles.Finance, "POST /internal/users/{id}/roles", false)]
    [InlineData(Roles.Finance, "POST /internal/instances/{id}/suspend", false)]
    [InlineData(Roles.Finance, "GET /internal/stuck-orders", false)]
    [InlineData(Roles.Finance, "GET /internal/outbox", false)]
    [InlineData(Roles.Support, "GET /internal/stuck-orders", true)]
    [InlineData(Roles.Support, "POST /internal/stuck-orders/{id}/retry", false)]
    [InlineData(Roles.Support, "POST /internal/stuck-orders/{id}/fail", false)]
    [InlineData(Roles.Support, "POST /internal/instances/{id}/suspend", false)]
    [InlineData(Roles.Support, "POST /internal/instances/{id}/unsuspend", false)]
    [InlineData(Roles.Support, "POST /internal/users/{id}/two-factor/disable", false)]
    [InlineData(Roles.Support, "POST /internal/outbox/{id}/resend", true)]
    [InlineData(Roles.Support, "GET /internal/users/{id}", true)]
    [InlineData(Roles.Support, "GET /internal/instances", true)]
    [InlineData(Roles.Support, "POST /internal/wallets/{userId}/adjustments", false)]
    [InlineData(Roles.Support, "GET /internal/ledger/trial-balance", false)]
    [InlineData(Roles.Support, "POST /internal/promos/reviews/{userId}", false)]
    [InlineData(Roles.Support, "PATCH /internal/plans/{id}/pricing", false)]
    [InlineData(Roles.Support, "POST /internal/digitalocean/accounts/{id}/disable", false)]
    public async Task Finance_has_money_and_no_servers_and_support_reads_and_moves_no_money(string role, string operation, bool may)
    {
        var (method, path) = (operation.Split(' ')[0], operation.Split(' ')[1]);
        var document = JsonNode.Parse(await api.Host.Anonymous().GetStringAsync("/swagger/internal/swagger.json"))!;
        var roles = document["paths"]![path]![method.ToLowerInvariant()]!["x-roles"]!.AsArray().Select(one => (string)one!);
        Assert.Equal(may, roles.Contains(role));

        var person = await api.Host.NewStaffAsync(role);
        var address = path.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal).Replace("{userId}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
        using var answer = await person.Http.SendJsonAsync(new HttpMethod(method), address, method == "GET" ? null : "{}");
        Assert.Equal(may, answer.StatusCode != HttpStatusCode.Forbidden);
    }

    async Task<HttpClient> LoginAsync(TestUser person)
    {
        var pair = await api.Host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(person.Email, TestUser.Password)).ReadAsync<TokenPair>();
        var client = api.Host.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Bearer", pair.AccessToken);
        return client;
    }
}

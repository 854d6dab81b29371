using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Webrana.Api.Security;
using Webrana.Api.Tests.Security;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Security;
using Webrana.Wire.SshKeys;
using Microsoft.Extensions.DependencyInjection;

namespace Webrana.Api.Tests.Accounts;

/// <summary>A copy of one's data, and the end of an account, as their owner meets them.</summary>
[Collection(ApiCollection.Name)]
public sealed class ClosingTests(SharedApi api)
{
    ApiHost Host => api.Host;

    [Fact]
    public async Task A_copy_holds_what_is_kept_of_the_person_and_nothing_of_anybody_else_and_no_secret()
    {
        var (user, other) = (await Host.NewCustomerAsync(), await Host.NewCustomerAsync());
        var person = await Host.SignedInAsync(user.Email);
        var order = await Scenario.OrderAsync(Host, user);
        await Scenario.OrderAsync(Host, other);
        await person.PostAsync("/api/v1/ssh-keys", new CreateSshKeyRequest("=laptop", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHX1OI5l0OOpx4RCzL0VOdbYJR+qf3+NY7BvuOpwNBV2")).ExpectAsync(HttpStatusCode.Created);
        var deposit = await person.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(50_000, "BRIVA")).ReadAsync<Deposit>(HttpStatusCode.Created);
        var token = (await Host.Services.GetRequiredService<ApiTokens>().CreateAsync(user.Id, Guid.NewGuid(), "skrip", ["read"], null, default))!.Token;

        foreach (var whose in new[] { user, other })
        {
            await Host.Database.ExecuteAsync(
                $"INSERT INTO payment_cases (kind, reference, user_id, amount, opened_at, status, resolution) VALUES ('LATE', 'DEV-OF-{whose.Id}', '{whose.Id}', 1, now(), 'RESOLVED', 'DISMISS')");
            await Host.Database.ExecuteAsync(
                $"INSERT INTO money_requests (id, kind, user_id, amount, reason, status, requested_by, requested_at) VALUES (gen_random_uuid(), 'ADJUSTMENT', '{whose.Id}', 7, 'Untuk {whose.Email}', 'REFUSED', '{other.Id}', now())");
        }

        using var answer = await person.GetAsync("/api/v1/me/export");
        Assert.Equal((HttpStatusCode.OK, "application/zip"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        var files = await FilesAsync(answer);
        Assert.All(Data.Accounts.PersonalData.Sections, section => Assert.True(files.ContainsKey(section.Name + ".json") && files.ContainsKey(section.Name + ".csv"), section.Name));

        Assert.Equal((user.Email, "customer"), ((string?)Rows("profile")[0]!["email"], (string?)Rows("profile")[0]!["roles"]));
        Assert.Equal(3, Rows("consents").Count);
        Assert.Equal("127.0.0.1", (string?)Assert.Single(Rows("sign-ins"))!["ip"]);
        Assert.Equal(order.InstanceId, (string?)Assert.Single(Rows("servers"))!["id"]);
        Assert.Equal((deposit.Id, 50_000), ((string?)Assert.Single(Rows("deposits"))!["id"], (long)Rows("deposits")[0]!["amount"]!));
        Assert.Equal(129_000, (long)Rows("wallet-transactions")[0]!["amount"]!);
        Assert.Equal($"DEV-OF-{user.Id}", (string?)Assert.Single(Rows("payment-cases"))!["reference"]);
        Assert.Equal($"Untuk {user.Email}", (string?)Assert.Single(Rows("money-requests"))!["reason"]);
        Assert.Contains("\"'=laptop\"", files["ssh-keys.csv"], StringComparison.Ordinal); // a spreadsheet must not run it
        var everything = string.Concat(files.Values);
        foreach (var foreign in new[] { other.Email, other.Id.ToString(), token, token[20..] }) Assert.DoesNotContain(foreign, everything, StringComparison.OrdinalIgnoreCase);
        var hash = await Host.Database.ScalarAsync<string>($"select password_hash from identity.users where id = '{user.Id}'");
        Assert.DoesNotContain(hash!, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", everything, StringComparison.OrdinalIgnoreCase);

        JsonArray Rows(string section) => JsonNode.Parse(files[section + ".json"])!.AsArray();
    }

    [Fact]
    public async Task Closing_asks_for_the_password_the_second_factor_servers_first_and_the_unspent_money()
    {
        var user = await Host.NewCustomerAsync();
        var person = await Host.SignedInAsync(user.Email);
        var order = await Scenario.OrderAsync(Host, user);
        await Scenario.FundAsync(Host, user, 30_000);
        await person.PostAsync("/api/v1/me/closing", new CloseAccountRequest("bukan-yang-ini-77")).RefusedAsync(422, ProblemCodes.WrongPassword);
        Assert.Equal(1, await RefusedAsync(person, new(TestUser.Password, GiveUp: 30_000), ProblemCodes.ServersExist, "count"));
        var state = await person.GetAsync("/api/v1/me/closing").ReadAsync<ClosingState>();
        Assert.Equal(1, state.Servers);

        var server = await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        await person.DeleteAsync($"/api/v1/instances/{order.InstanceId}?confirm={server.Name}", null).ExpectAsync(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Terminated);
        state = await Eventually.Async(
            () => person.GetAsync("/api/v1/me/closing").ReadAsync<ClosingState>(), now => now.Servers == 0, ApiHost.Patience, "no server is left", TestContext.Current.CancellationToken);
        Assert.Equal(state.Balance, await RefusedAsync(person, new(TestUser.Password, GiveUp: state.Balance - 1), ProblemCodes.BalanceNotGivenUp, "amount"));

        // A code is asked for where there is one.
        await Host.Database.ExecuteAsync($"update identity.users set two_factor_enabled = true where id = '{user.Id}'");
        await person.PostAsync("/api/v1/me/closing", new CloseAccountRequest(TestUser.Password, GiveUp: state.Balance)).RefusedAsync(401, ProblemCodes.TwoFactorRequired);
        await person.PostAsync("/api/v1/me/closing", new CloseAccountRequest(TestUser.Password, "000000", state.Balance)).RefusedAsync(422, ProblemCodes.WrongCode);
        await Host.Database.ExecuteAsync($"update identity.users set two_factor_enabled = false where id = '{user.Id}'");

        await person.PostAsync("/api/v1/me/closing", new CloseAccountRequest(TestUser.Password, GiveUp: state.Balance)).ExpectAsync(HttpStatusCode.Accepted);
        await Eventually.Async(
            () => Host.Database.ScalarAsync<long>($"select count(*) from identity.users where id = '{user.Id}' and closed_at is not null"), closed => closed == 1,
            ApiHost.Patience, "the person is erased", TestContext.Current.CancellationToken);
        Assert.Equal(0L, await Host.Database.ScalarAsync<long>($"select balance from wallets where wallet_id = '{user.Id}'"));
        using var late = await person.GetAsync("/api/v1/wallet");
        Assert.Contains(late.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
        await Host.LogInAsync(user.Email).RefusedAsync(401, ProblemCodes.InvalidCredentials);
        // After those about the server, the last one.
        while (!(await Host.Mails.NextAsync(user.Email)).Content.Subject.Contains("ditutup", StringComparison.Ordinal))
        {
        }

        // The address is free.
        var again = await Host.Anonymous().PostAsync("/api/v1/auth/register", new RegisterRequest(user.Email, TestUser.Password, "Budi lagi")).ReadAsync<Registered>(HttpStatusCode.Created);
        Assert.NotEqual(user.Id.ToString(), again.UserId);
        var admin = await Host.NewAdminAsync();
        await Scenario.BooksAgreeAsync(admin.Http);
    }

    [Fact]
    public async Task Who_works_at_the_desk_keeps_the_account_until_the_role_is_gone()
    {
        var admin = await Host.NewAdminAsync();
        var person = await Host.SignedInAsync(admin.Email);
        await person.PostAsync("/api/v1/me/closing", new CloseAccountRequest(TestUser.Password)).RefusedAsync(409, ProblemCodes.StaffAccount);
    }

    static async Task<long> RefusedAsync(HttpClient http, CloseAccountRequest request, string code, string figure)
    {
        using var answer = await http.PostAsync("/api/v1/me/closing", request);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((409, code), ((int)answer.StatusCode, (string?)problem["code"]));
        return (long)problem[figure]!;
    }

    static async Task<Dictionary<string, string>> FilesAsync(HttpResponseMessage answer)
    {
        var files = new Dictionary<string, string>();
        using var zip = new ZipArchive(await answer.Content.ReadAsStreamAsync());
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(await entry.OpenAsync());
            files[entry.FullName] = await reader.ReadToEndAsync();
        }

        return files;
    }
}

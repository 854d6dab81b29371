using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Contracts.Consoles;
using Webrana.Contracts.Droplets;
using Webrana.Contracts.Feeds;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Admin;
using Webrana.Wire.Droplets;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Consoles;

/// <summary>What ends a console at once. Each must come long before the look of every minute.</summary>
[Collection(ApiCollection.Name)]
public sealed class EndTests(SharedApi api)
{
    internal static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(45);

    ApiHost Host => api.Host;

    [Fact]
    public async Task Logging_out_ends_the_consoles_of_that_login_and_of_no_other()
    {
        var (user, tokens, instance) = await Host.OwnerAsync();
        var (elsewhere, _) = await Host.SignInAsync(user);
        using var mine = await (await user.TicketAsync(instance)).ConnectAsync();
        using var other = await (await elsewhere.TicketAsync(instance)).ConnectAsync();
        await Host.Anonymous().PostAsync("/api/v1/auth/logout", new LogoutRequest(tokens.RefreshToken)).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal("signed_out", await mine.EndAsync().WaitAsync(AtOnce));
        await new RfbViewer(other).OpenAsync();
    }

    [Fact]
    public async Task A_new_password_ends_them()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await Host.Anonymous().PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(user.Email)).ExpectAsync(HttpStatusCode.Accepted);
        var (userId, token) = MailSink.LinkOf(await Host.Mails.NextWithLinkAsync(user.Email, "reset-password"), "reset-password");
        await Host.Anonymous().PostAsync("/api/v1/auth/reset-password", new ResetPasswordRequest(userId, token, "kopi-luwak-88-baru")).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal("signed_out", await socket.EndAsync().WaitAsync(AtOnce));
    }

    [Fact]
    public async Task Changing_the_password_ends_the_consoles_of_every_other_login_and_leaves_ones_own()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var (elsewhere, _) = await Host.SignInAsync(user);
        using var mine = await (await user.TicketAsync(instance)).ConnectAsync();
        using var other = await (await elsewhere.TicketAsync(instance)).ConnectAsync();
        await user.Http.PostAsync("/api/v1/me/password", new ChangePasswordRequest(TestUser.Password, "kopi-luwak-88-baru")).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal("signed_out", await other.EndAsync().WaitAsync(AtOnce));
        await new RfbViewer(mine).OpenAsync();
    }

    [Theory]
    [InlineData("power-off")]
    [InlineData("shutdown")]
    public async Task Switching_the_server_off_ends_them(string action)
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await user.Http.PostAsync($"/api/v1/instances/{instance}/{action}").ExpectAsync(HttpStatusCode.Accepted);
        Assert.Equal("not_running", await socket.EndAsync().WaitAsync(AtOnce));
    }

    [Fact]
    public async Task Deleting_the_server_ends_them()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        var name = (await user.Http.GetAsync($"/api/v1/instances/{instance}").ReadAsync<Instance>()).Name;
        await user.Http.SendJsonAsync(HttpMethod.Delete, $"/api/v1/instances/{instance}?confirm={name}", null).ExpectAsync(HttpStatusCode.Accepted);
        Assert.Equal("not_running", await socket.EndAsync().WaitAsync(AtOnce));
    }

    [Fact]
    public async Task Rebuilding_the_server_ends_them()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await user.Http.PostAsync($"/api/v1/instances/{instance}/rebuild", """{"image": "debian-12-x64"}""").ExpectAsync(HttpStatusCode.Accepted);
        Assert.Equal("not_running", await socket.EndAsync().WaitAsync(AtOnce));
    }

    // Its paid time is over and it does not renew: the server's own schedule suspends it.
    [Fact]
    public async Task Suspending_the_server_ends_them_and_makes_open_tickets_worthless()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        var ticket = await user.TicketAsync(instance);
        await user.Http.SendJsonAsync(HttpMethod.Patch, $"/api/v1/instances/{instance}", """{"autoRenew": false}""").ExpectAsync(HttpStatusCode.OK);
        var droplet = Host.Cluster.GetGrain<IDropletGrain>(GrainKeys.Droplet(new InstanceId(Guid.Parse(instance))));
        // The record first: whoever wakes the server in between reads that.
        Assert.Equal(1, await Host.Database.ExecuteAsync($$"""
            UPDATE grain_state SET version = version + 1, due_at = 1, payload = jsonb_set(
                payload, '{subscription,anchorAt}', to_jsonb((payload #>> '{subscription,anchorAt}')::bigint - 40 * 86400000::bigint))
            WHERE key = 'droplet:{{instance}}'
            """));
        await Host.DeactivateAsync(droplet);
        await droplet.Wake();
        Assert.Equal("not_running", await socket.EndAsync().WaitAsync(AtOnce));
        Assert.Equal(HttpStatusCode.Conflict, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket)).Status);
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(409, ProblemCodes.InvalidState);
    }

    [Fact]
    public async Task Suspending_the_server_for_abuse_ends_them()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var admin = await Host.NewAdminAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await admin.Http.PostAsync($"/internal/instances/{instance}/suspend", new BlockServerRequest("Memindai jaringan orang lain")).ExpectAsync(HttpStatusCode.OK);
        Assert.Equal("not_running", await socket.EndAsync().WaitAsync(AtOnce));
    }

    [Fact]
    public async Task An_admin_ends_all_of_a_server_with_a_reason_that_stays_on_record_with_how_many_there_were()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var admin = await Host.NewAdminAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        var path = $"/internal/instances/{instance}/consoles";
        await admin.Http.SendJsonAsync(HttpMethod.Delete, path, new DeskActRequest(" ")).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, path, new DeskActRequest("Orang lain memegang konsolnya")).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal("revoked", await socket.EndAsync().WaitAsync(AtOnce));
        var line = Assert.Single((await admin.Http.GetAsync($"/internal/audit?subject=instance:{instance}&action=console.end").ReadAsync<Page<AuditEntry>>()).Items);
        Assert.Equal(
            ("Orang lain memegang konsolnya", 1, 0),
            (line.Reason, line.Before!.Value.GetProperty("open").GetInt32(), line.After!.Value.GetProperty("open").GetInt32()));
    }

    [Fact]
    public async Task A_server_that_changed_hands_ends_the_former_owners_and_takes_no_ticket_of_theirs()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var (other, _) = await Host.SignInAsync(await Host.NewCustomerAsync());
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        var ticket = await user.TicketAsync(instance);
        var droplet = Host.Cluster.GetGrain<IDropletGrain>(GrainKeys.Droplet(new InstanceId(Guid.Parse(instance))));
        Assert.Equal(1, await Host.Database.ExecuteAsync($$"""
            UPDATE grain_state SET version = version + 1, owner = '{{other.Id}}', payload = jsonb_set(payload, '{order,owner}', '"{{other.Id}}"')
            WHERE key = 'droplet:{{instance}}'
            """));
        await Host.DeactivateAsync(droplet);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket)).Status);
        // The former owner's pages still hear of the server once: the console looks again, and is over.
        await Host.Cluster.GetGrain<IFeedGrain>(GrainKeys.Feed(user.Id)).Publish(UserEventKind.InstanceChanged, instance);
        Assert.Equal("revoked", await socket.EndAsync().WaitAsync(AtOnce));
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(404, ProblemCodes.NotFound);
    }

    // It says no word and gives nothing back. Two slots: whoever had one console is back at once.
    [Fact]
    public async Task What_a_killed_process_held_leaves_the_second_slot_and_is_free_when_its_lease_is_over()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var key = GrainKeys.Droplet(new InstanceId(Guid.Parse(instance)));
        // Nobody carries this one, so nobody renews it.
        Assert.True((await Host.Cluster.GetGrain<IDropletConsoles>(key).TakeConsole(new TakeConsole(Guid.NewGuid().ToString("D"), ConsoleKind.Vnc, $"user:{user.Id}"))).IsOk);
        using var again = await (await user.TicketAsync(instance)).ConnectAsync();
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(409, ProblemCodes.TooManyConsoles);

        var droplet = Host.Cluster.GetGrain<IDropletGrain>(key);
        Assert.Equal(1, await Host.Database.ExecuteAsync($$"""
            UPDATE grain_state SET version = version + 1, payload = jsonb_set(payload, '{consoles,0,leaseUntilReal}', '1') WHERE key = 'droplet:{{instance}}'
            """));
        await Host.DeactivateAsync(droplet);
        await droplet.Wake();
        await Eventually.Async(
            () => user.ConsoleLinesAsync(instance), lines => lines.Count == 2 && lines.Count(line => line.Status == ActionStatus.Completed) == 1, ApiHost.Patience, "its line is completed");
        using var third = await (await user.TicketAsync(instance)).ConnectAsync();
        await new RfbViewer(again).OpenAsync();
    }

    [Fact]
    public async Task A_reboot_may_be_watched()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await user.Http.PostAsync($"/api/v1/instances/{instance}/reboot").ExpectAsync(HttpStatusCode.Accepted);
        await Scenario.UntilAsync(user, instance, InstanceStatus.Running);
        await new RfbViewer(socket).OpenAsync();
    }
}

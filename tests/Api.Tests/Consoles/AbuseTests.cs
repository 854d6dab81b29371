using System.Net;
using System.Net.WebSockets;
using Microsoft.Extensions.DependencyInjection;
using Webrana.Api.Consoles;
using Webrana.Api.Tests.Support;
using Webrana.Contracts;
using Webrana.Wire;
using Webrana.Wire.Droplets;
using ConsoleKind = Webrana.Contracts.Consoles.ConsoleKind;

namespace Webrana.Api.Tests.Consoles;

/// <summary>The abuse table: each row is something somebody will try.</summary>
[Collection(ApiCollection.Name)]
public sealed class AbuseTests(SharedApi api)
{
    ApiHost Host => api.Host;

    [Fact]
    public async Task A_ticket_works_once_also_for_two_at_the_same_moment()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var ticket = await user.TicketAsync(instance);
        var both = await Task.WhenAll(
            ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket), ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket));
        Assert.Single(both, attempt => attempt.Socket is not null);
        Assert.Single(both, attempt => attempt.Status == HttpStatusCode.Unauthorized);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket)).Status);
        foreach (var (socket, _) in both)
            socket?.Dispose();
    }

    [Fact]
    public async Task An_expired_ticket_is_refused()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var ticket = await user.TicketAsync(instance);
        var tickets = Host.Services.GetRequiredService<ConsoleTickets>();
        Assert.True(InstanceId.TryParse(instance, out var id));
        var pass = tickets.Read(ticket.Ticket, id, ConsoleKind.Vnc)!;
        var old = tickets.Seal(pass with { ExpiresAt = TimeProvider.System.GetUtcNow().AddSeconds(-1) });
        Assert.Equal(HttpStatusCode.Unauthorized, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, old)).Status);
        // It is not used up by that.
        using var socket = await ticket.ConnectAsync();
    }

    [Fact]
    public async Task Another_users_ticket_is_refused_and_another_users_server_has_none()
    {
        var (owner, _, instance) = await Host.OwnerAsync();
        var (stranger, tokens) = await Host.SignInAsync(await Host.NewCustomerAsync());
        await stranger.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(404, ProblemCodes.NotFound);
        var ticket = await owner.TicketAsync(instance);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket, bearer: tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_ticket_for_another_server_or_kind_is_refused()
    {
        var (user, _, first) = await Host.OwnerAsync();
        var second = await Host.RunningServerAsync(user);
        var ticket = await user.TicketAsync(first);
        foreach (var address in new[] { ticket.WebSocketUrl.Replace(first, second, StringComparison.Ordinal), ticket.WebSocketUrl.Replace("/vnc", "/ssh", StringComparison.Ordinal), ticket.WebSocketUrl.Replace(first, "nonsense", StringComparison.Ordinal) })
            Assert.Equal(HttpStatusCode.Unauthorized, (await ConsoleScenario.PresentAsync(address, ticket.Ticket)).Status);
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://panel.test.evil.example")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Another_origin_is_refused_before_the_ticket_is_looked_at(string? origin)
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var ticket = await user.TicketAsync(instance);
        Assert.Equal(HttpStatusCode.Forbidden, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket, origin)).Status);
        using var socket = await ticket.ConnectAsync();
    }

    [Fact]
    public async Task A_third_console_of_one_server_is_refused_when_asked_for_and_when_presented()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var tickets = new[] { await user.TicketAsync(instance), await user.TicketAsync(instance), await user.TicketAsync(instance) };
        using var first = await tickets[0].ConnectAsync();
        var second = await tickets[1].ConnectAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await ConsoleScenario.PresentAsync(tickets[2].WebSocketUrl, tickets[2].Ticket)).Status);
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(409, ProblemCodes.TooManyConsoles);

        await second.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        second.Dispose();
        await Webrana.Testing.Eventually.Async(
            () => user.ConsoleLinesAsync(instance), lines => lines.Any(line => line.Status == ActionStatus.Completed), ApiHost.Patience, "the slot is free");
        using var third = await (await user.TicketAsync(instance)).ConnectAsync();
    }

    [Fact]
    public async Task A_ticket_is_worth_nothing_after_the_server_was_switched_off_or_its_login_ended()
    {
        var (user, tokens, instance) = await Host.OwnerAsync();
        var (ticket, late) = (await user.TicketAsync(instance), await user.TicketAsync(instance));
        await user.Http.PostAsync($"/api/v1/instances/{instance}/power-off").ExpectAsync(HttpStatusCode.Accepted);
        Assert.Equal(HttpStatusCode.Conflict, (await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket)).Status);
        await Host.Anonymous().PostAsync("/api/v1/auth/logout", new Wire.Accounts.LogoutRequest(tokens.RefreshToken)).ExpectAsync(HttpStatusCode.NoContent);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ConsoleScenario.PresentAsync(late.WebSocketUrl, late.Ticket)).Status);
    }

    [Fact]
    public async Task An_oversized_message_ends_the_console()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await new RfbViewer(socket).OpenAsync();
        // Clipboard text as far as the screen can tell; one frame of it, larger than any message may be.
        var frame = new byte[2 * 1024 * 1024];
        frame[0] = 6;
        frame[4] = 0x7F;
        var sending = socket.SendAsync(frame, WebSocketMessageType.Binary, true, TestContext.Current.CancellationToken);
        Assert.Equal("message_too_big", await socket.EndAsync());
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, socket.CloseStatus);
        socket.Abort();
        await sending.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Text_where_bytes_belong_ends_the_console()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using var socket = await (await user.TicketAsync(instance)).ConnectAsync();
        await socket.SendAsync("{\"cols\":1}"u8.ToArray(), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);
        Assert.Equal("bad_message", await socket.EndAsync());
    }

    [Theory]
    [InlineData("ws://169.254.169.254/latest/meta-data")]
    [InlineData("ws://10.0.0.7:5432/")]
    [InlineData("ws://localhost:22/")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("ws://user:secret@127.0.0.1/")]
    [InlineData("nonsense")]
    public async Task A_provider_address_that_is_not_allowed_is_not_connected_to(string address)
    {
        var (user, _, instance) = await Host.OwnerAsync();
        var settled = new { consoleUrl = (string?)null };
        await Host.SettingsAsync(new { consoleUrl = address });
        try
        {
            var ticket = await user.TicketAsync(instance, "VNC");
            var (socket, _) = await ConsoleScenario.PresentAsync(ticket.WebSocketUrl, ticket.Ticket);
            using (socket)
                Assert.Equal("address_refused", await socket!.EndAsync());
        }
        finally
        {
            await Host.SettingsAsync(settled);
        }
    }

    [Fact]
    public async Task Too_many_tickets_in_a_minute_are_refused()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        for (var asked = 0; asked < 30; asked++)
            await user.TicketAsync(instance);
        var problem = await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(429, ProblemCodes.TooManyRequests);
        Assert.NotNull(problem.Detail);
    }

    [Fact]
    public async Task What_is_no_WebSocket_is_told_so() =>
        await Host.Anonymous().GetAsync($"/consoles/{Guid.NewGuid()}/vnc").RefusedAsync(426, ProblemCodes.UpgradeRequired);
}

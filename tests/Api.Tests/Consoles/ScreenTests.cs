using System.Net;
using System.Net.WebSockets;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Consoles;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Consoles;

[Collection(ApiCollection.Name)]
public sealed class ScreenTests(SharedApi api)
{
    ApiHost Host => api.Host;

    [Fact]
    public async Task A_ticket_opens_the_screen_which_echoes_keys_and_the_log_says_how_long_and_how_much()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        using (var answer = await user.Http.GetAsync($"/api/v1/instances/{instance}/console"))
        {
            Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        }

        var ticket = await user.TicketAsync(instance);
        Assert.Equal(ConsoleKind.Vnc, ticket.Kind);
        Assert.DoesNotContain(ticket.Ticket, ticket.WebSocketUrl, StringComparison.Ordinal);
        Assert.InRange(ticket.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(61));

        using var socket = await ticket.ConnectAsync();
        var viewer = await new RfbViewer(socket).OpenAsync();
        Assert.Equal((640, 400), (viewer.Width, viewer.Height));
        var (pixels, before) = await viewer.UpdateAsync(incremental: false);
        Assert.Equal(640 * 400, pixels);
        Assert.True(before > 1000, "There is something to read on it.");
        await viewer.TypeAsync("uname\n");
        var text = await Eventually.Async(() => ScreenTextAsync(instance), shown => shown.Contains("6.8.0-simulated", StringComparison.Ordinal), ApiHost.Patience, "the command was answered");
        Assert.Contains(":~# uname", text, StringComparison.Ordinal);
        Assert.True((await viewer.UpdateAsync(incremental: true)).Pixels < 640 * 400, "Only what changed comes again.");

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        var line = (await Eventually.Async(
            () => user.ConsoleLinesAsync(instance), lines => lines is [{ Status: ActionStatus.Completed }], ApiHost.Patience, "the line is completed"))[0];
        Assert.Matches(@"^VNC · 00:0\d:\d\d · ↑ \d+ B · ↓ \d{6,} B$", line.Message!);
        Assert.Equal("customer", line.Actor);
    }

    [Fact]
    public async Task Without_a_running_server_there_is_no_ticket()
    {
        var (user, _, instance) = await Host.OwnerAsync();
        await user.Http.PostAsync($"/api/v1/instances/{instance}/power-off").ExpectAsync(HttpStatusCode.Accepted);
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(409, ProblemCodes.InvalidState);
        await Scenario.UntilAsync(user, instance, InstanceStatus.Off);
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console").RefusedAsync(409, ProblemCodes.InvalidState);
        await user.Http.GetAsync($"/api/v1/instances/{instance}/console?kind=SERIAL").RefusedAsync(422, ProblemCodes.ValidationFailed);
    }

    [Fact]
    public async Task An_admin_may_look_and_it_is_on_record_with_why_and_may_end_what_is_open()
    {
        var (owner, _, instance) = await Host.OwnerAsync();
        var (admin, _) = await Host.SignInAsync(await Host.NewAdminAsync());
        using var mine = await (await owner.TicketAsync(instance)).ConnectAsync();
        foreach (var unsaid in new[] { "", "?reason=%20", $"?reason={new string('x', 201)}" })
            await admin.Http.GetAsync($"/api/v1/instances/{instance}/console{unsaid}").RefusedAsync(422, ProblemCodes.ValidationFailed);
        using var theirs = await (await admin.TicketAsync(instance, reason: "Tiket 118: layarnya hitam")).ConnectAsync();
        var open = await admin.Http.GetAsync($"/internal/instances/{instance}/consoles").ReadAsync<Page<OpenConsole>>();
        Assert.Equal(new[] { $"admin:{admin.Id}", $"user:{owner.Id}" }, open.Items.Select(console => console.Actor).Order());
        // The owner's own is no act of the desk, and what was refused is none.
        var line = Assert.Single((await admin.Http.GetAsync($"/internal/audit?subject=instance:{instance}&action=console.open").ReadAsync<Page<AuditEntry>>()).Items);
        Assert.Equal(("Tiket 118: layarnya hitam", $"admin:{admin.Id}"), (line.Reason, line.Actor));

        await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/instances/{instance}/consoles", new DeskActRequest("Orang lain memegangnya")).ExpectAsync(HttpStatusCode.NoContent);
        // Long before the look of every minute.
        Assert.Equal("revoked", await mine.EndAsync().WaitAsync(EndTests.AtOnce));
        Assert.Equal("revoked", await theirs.EndAsync().WaitAsync(EndTests.AtOnce));
        await Eventually.Async(
            () => admin.Http.GetAsync($"/internal/instances/{instance}/consoles").ReadAsync<Page<OpenConsole>>(), now => now.Items.Count == 0, ApiHost.Patience, "the slots are free");
        await admin.Http.GetAsync($"/internal/instances/{Guid.NewGuid()}/consoles").RefusedAsync(404, ProblemCodes.NotFound);
    }

    async Task<string> ScreenTextAsync(string instance)
    {
        var droplet = await Host.Database.ScalarAsync<string>($"SELECT payload -> 'droplet' ->> 'id' FROM grain_state WHERE key = 'droplet:{instance}'");
        using var http = new HttpClient { BaseAddress = Host.Cloud.BaseUrl };
        return await http.GetStringAsync($"/_sandbox/console/{droplet}/text");
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Consoles;
using Webrana.Wire.Droplets;

namespace Webrana.Api.Tests.Consoles;

/// <summary>People with running servers, and browsers as far as a WebSocket goes.</summary>
static class ConsoleScenario
{
    public const string Panel = "http://panel.test";

    /// <summary>The same person by a login of their own: consoles end with it.</summary>
    public static async Task<(TestUser User, TokenPair Tokens)> SignInAsync(this ApiHost host, TestUser user)
    {
        var tokens = await host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(user.Email, TestUser.Password)).ReadAsync<TokenPair>();
        var http = host.Anonymous();
        http.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
        return (user with { Http = http }, tokens);
    }

    /// <summary>A customer who is signed in and has a running server.</summary>
    public static async Task<(TestUser User, TokenPair Tokens, string Instance)> OwnerAsync(this ApiHost host)
    {
        var (user, tokens) = await host.SignInAsync(await host.NewCustomerAsync());
        return (user, tokens, await host.RunningServerAsync(user));
    }

    public static async Task<string> RunningServerAsync(this ApiHost host, TestUser user)
    {
        var order = await Scenario.OrderAsync(host, user);
        await Scenario.UntilAsync(user, order.InstanceId, InstanceStatus.Running);
        return order.InstanceId;
    }

    public static Task<ConsoleTicket> TicketAsync(this TestUser user, string instance, string? kind = null, string reason = "") =>
        user.Http.GetAsync($"/api/v1/instances/{instance}/console?reason={Uri.EscapeDataString(reason)}{(kind is null ? "" : $"&kind={kind}")}").ReadAsync<ConsoleTicket>();

    /// <summary>Presents a ticket; the refusal's status where there is no WebSocket.</summary>
    public static async Task<(ClientWebSocket? Socket, HttpStatusCode Status)> PresentAsync(
        string url, string ticket, string? origin = Panel, string? bearer = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol(ConsoleProtocol.Name);
        socket.Options.AddSubProtocol(ConsoleProtocol.TicketPrefix + ticket);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        if (bearer is not null)
            socket.Options.SetRequestHeader("Authorization", "Bearer " + bearer);
        try
        {
            await socket.ConnectAsync(new Uri(url), TestContext.Current.CancellationToken);
            return (socket, socket.HttpStatusCode);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            return (null, status);
        }
    }

    /// <summary>An open console that has said that it is ready.</summary>
    public static async Task<ClientWebSocket> ConnectAsync(this ConsoleTicket ticket)
    {
        var (socket, status) = await PresentAsync(ticket.WebSocketUrl, ticket.Ticket);
        Assert.True(socket is not null, $"The ticket was refused: {status}");
        Assert.Equal(ConsoleProtocol.Name, socket.SubProtocol);
        var (type, message) = await socket.NextAsync();
        Assert.Equal(WebSocketMessageType.Text, type);
        Assert.True(JsonDocument.Parse(message).RootElement.GetProperty("ready").GetBoolean());
        return socket;
    }

    /// <summary>The next message whole.</summary>
    public static async Task<(WebSocketMessageType Type, byte[] Bytes)> NextAsync(this WebSocket socket)
    {
        using var patience = new CancellationTokenSource(ApiHost.Patience);
        var whole = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), patience.Token);
            whole.Write(buffer, 0, received.Count);
            if (received.EndOfMessage || received.MessageType == WebSocketMessageType.Close)
                return (received.MessageType, whole.ToArray());
        }
    }

    /// <summary>Reads on until the server closes; why it did.</summary>
    public static async Task<string?> EndAsync(this WebSocket socket)
    {
        while ((await socket.NextAsync()).Type != WebSocketMessageType.Close)
        {
        }

        return socket.CloseStatusDescription;
    }

    public static async Task SettingsAsync(this ApiHost host, object settings)
    {
        using var http = new HttpClient { BaseAddress = host.Cloud.BaseUrl };
        using var answer = await http.PostAsJsonAsync("/_sandbox/settings", settings);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The lines of the activity log about consoles, newest first.</summary>
    public static async Task<IReadOnlyList<InstanceAction>> ConsoleLinesAsync(this TestUser user, string instance) =>
        [.. (await user.Http.GetAsync($"/api/v1/instances/{instance}/activity").ReadAsync<Page<InstanceAction>>()).Items.Where(line => line.Type == InstanceActionType.Console)];
}

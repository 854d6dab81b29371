using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.Playwright;
using Webrana.BrowserTesting;
using Webrana.Client;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;
using Webrana.Testing;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Plans;

namespace Webrana.EndToEnd.Tests;

/// <summary>One sandbox for all journeys, one journey at a time: they share the clock.</summary>
[CollectionDefinition(Name)]
public sealed class SandboxJourneys : ICollectionFixture<RunningSandbox>
{
    public const string Name = "One sandbox";
}

/// <summary>Everything `up` starts, as real processes, and a real browser in front of it.</summary>
public sealed partial class RunningSandbox : IAsyncLifetime
{
    const float TimeoutMs = 120_000;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("webrana-e2e-");
    readonly HttpClient _http = new();
    readonly HttpClient _api = new();
    IPlaywright? _playwright;
    IBrowser? _browser;

    /// <summary>Where everything is.</summary>
    public SandboxFile Addresses { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // PostgreSQL runs as another account and must be able to walk through.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_data.FullName, File.GetUnixFileMode(_data.FullName) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var up = await LaunchAsync("up", "--detach", "--port-base", $"{FreeBlock()}");
        Assert.True(up.ExitCode == 0, up.Output);
        Addresses = JsonSerializer.Deserialize<SandboxFile>(await File.ReadAllTextAsync(Path.Combine(_data.FullName, "sandbox.json")), JsonSerializerOptions.Web)!;
        _api.BaseAddress = new Uri(Addresses.Api + "/");
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        // A whole sandbox shares the machine with the browser: what holds is met at once, and what is only slow must not fail.
        Assertions.SetDefaultExpectTimeout(TimeoutMs);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
        _http.Dispose();
        _api.Dispose();
        await LaunchAsync("down");
        _data.Delete(recursive: true);
    }

    /// <summary>A fresh browser profile on the Web.</summary>
    public async Task<IPage> VisitAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        var visitor = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Addresses.Web, ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce,
        });
        visitor.SetDefaultTimeout(TimeoutMs);
        return await visitor.NewPageAsync();
    }

    /// <summary>What the product's own processes have written since they were started, by role.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LogsAsync()
    {
        var logs = new Dictionary<string, string>();
        foreach (var process in Addresses.Processes.Where(process => process.Role.Split('-')[0] is "web" or "api" or "silo"))
        {
            // They go on writing.
            await using var file = new FileStream(process.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            logs[process.Role] = await reader.ReadToEndAsync();
        }

        return logs;
    }

    /// <summary>The link to a page of the Web in the newest mail to an address that brings one.</summary>
    public async Task<string> MailedLinkAsync(string to, string page = "/confirm-email?") => (await Eventually.Async(
        async () => (await MailsAsync(to)).Select(mail => Link().Match(mail.GetProperty("text").GetString()!).Value).FirstOrDefault(link => link.Contains(page, StringComparison.Ordinal)),
        link => link is not null, Patience, $"a mail to {to} with a link to {page}"))!;

    /// <summary>Waits for a mail to an address with this subject.</summary>
    public Task MailedAsync(string to, string subject) => Eventually.Async(
        async () => (await MailsAsync(to)).Any(mail => mail.GetProperty("subject").GetString() == subject), Patience, $"'{subject}' is mailed to {to}");

    /// <summary>Makes a confirmed customer through the API and the mail, for journeys that begin behind it.</summary>
    public async Task RegisterAsync(string email, string name, string password)
    {
        var registered = await Client().Auth.RegisterAsync(new RegisterRequest(email, password, name));
        Assert.True(registered.IsOk, registered.Failure?.Code);
        var link = HttpUtility.ParseQueryString(new Uri(await MailedLinkAsync(email)).Query);
        var confirmed = await Client().Auth.ConfirmEmailAsync(new ConfirmEmailRequest(link["userId"]!, link["token"]!));
        Assert.True(confirmed.IsOk, confirmed.Failure?.Code);
    }

    /// <summary>Someone pays at the gateway.</summary>
    public Task PayAsync(string reference) => PostAsync($"{Addresses.Tripay}/_sandbox/transactions/{reference}/pay", new { });

    /// <summary>Turns business time forward to the moment a server renews, and waits until everything due has been done.</summary>
    public Task AdvanceToRenewalAsync(string instanceId) => PostAsync($"{Addresses.Control}/clock", new { toNextRenewal = instanceId });

    /// <summary>Names of the droplets that exist at the provider.</summary>
    public async Task<IReadOnlyList<string>> DropletNamesAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Addresses.DigitalOcean}/v2/droplets?per_page=200");
        request.Headers.Authorization = new("Bearer", Addresses.DigitalOceanToken);
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. body.GetProperty("droplets").EnumerateArray().Select(droplet => droplet.GetProperty("name").GetString()!)];
    }

    /// <summary>Waits until a top-up is paid.</summary>
    public async Task PaidAsync(string accessToken, string depositId)
    {
        var customer = Client().As(accessToken);
        await Eventually.Async(async () => (await customer.DepositAsync(depositId)).Value?.Status == DepositStatus.Paid, Patience, "the deposit is paid");
    }

    /// <summary>The plan with the lowest monthly price in a region.</summary>
    public async Task<Plan> CheapestMonthlyPlanAsync(string region) =>
        (await Client().PlansAsync()).Value!.Items.Where(plan => plan.AllowMonthly && plan.Regions.Contains(region)).MinBy(plan => plan.PriceMonthly)!;

    /// <summary>An Ubuntu that is offered.</summary>
    public async Task<string> UbuntuAsync() => (await Client().ImagesAsync()).Value!.Items.First(image => image.Available && image.Distribution == "Ubuntu").Slug;

    // Newest first.
    async Task<JsonElement[]> MailsAsync(string to) => (await _http.GetFromJsonAsync<JsonElement[]>($"{Addresses.Control}/mail?to={Uri.EscapeDataString(to)}"))!;

    WebranaClient Client() => new(_api);

    async Task PostAsync(string address, object body)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(address), body);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    async Task<CommandOutcome> LaunchAsync(params string[] arguments) => await Command.RunAsync(
        ["dotnet", Repository.Output("sandbox/Launcher", "Webrana.Sandbox.Launcher.dll"), .. arguments, "--data", _data.FullName], timeout: TimeSpan.FromMinutes(5));

    static int FreeBlock()
    {
        const int size = 20;
        return Enumerable.Range(0, 400).Select(number => 24_000 + (Environment.ProcessId % 200 * 40) + number * size)
            .First(first => Enumerable.Range(first, size).All(FreePort.IsFree));
    }

    [GeneratedRegex(@"http://\S+")]
    private static partial Regex Link();
}

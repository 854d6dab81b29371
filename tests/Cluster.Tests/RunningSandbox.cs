using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Webrana.Client;
using Webrana.Sandbox.Launcher.Settings;
using Webrana.Sandbox.Postgres;
using Webrana.Sandbox.Postgres.Processes;
using Webrana.Testing;
using Webrana.Wire.Accounts;

namespace Webrana.Cluster.Tests;

/// <summary>
/// The whole product as a newcomer starts it: `./webrana up --detach` in a folder of its own, every process a real process. Tests reach
/// it by the addresses in sandbox.json only, as scripts do.
/// </summary>
public sealed class RunningSandbox : IAsyncDisposable
{
    /// <summary>One at a time: two sandboxes of eight processes each would only measure each other.</summary>
    public const string Collection = "a whole sandbox";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly string _folder;
    private readonly HttpClient _apiHttp;

    private RunningSandbox(string folder, SandboxFile addresses)
    {
        _folder = folder;
        Addresses = addresses;
        // Each request on a connection of its own choosing; failures of a killed process surface as failures, not as hangs.
        _apiHttp = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) })
        {
            BaseAddress = new Uri(addresses.Api.TrimEnd('/') + "/"),
            Timeout = TimeSpan.FromSeconds(60),
        };
        Client = new WebranaClient(_apiHttp);
        Database = NpgsqlDataSource.Create(PostgresAddress.ToConnectionString(addresses.Postgres));
    }

    public SandboxFile Addresses { get; }

    public WebranaClient Client { get; }

    /// <summary>For looking only: invariants are checked where the truth is.</summary>
    public NpgsqlDataSource Database { get; }

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(120) };

    /// <param name="portBase">First of the five agreed ports: of a block that is free (<see cref="FreeBlock"/>).</param>
    /// <param name="environment">What its processes find beside their own settings.</param>
    public static async Task<RunningSandbox> StartAsync(int portBase, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = Directory.CreateTempSubdirectory("webrana-cluster-").FullName;
        if (!OperatingSystem.IsWindows()) // PostgreSQL runs as another account and must be able to walk through.
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        await LaunchAsync(["up", "--detach", "--data", folder, "--port-base", $"{portBase}"], cancellation, environment);
        try
        {
            var text = await File.ReadAllTextAsync(Path.Combine(folder, "sandbox.json"), cancellation);
            return new RunningSandbox(folder, JsonSerializer.Deserialize<SandboxFile>(text, Json)!);
        }
        catch
        {
            await LaunchAsync(["down", "--data", folder], CancellationToken.None);
            throw;
        }
    }

    /// <summary>Registers, follows the link in the mail, signs in: the customer's own way in.</summary>
    public async Task<Customer> NewCustomerAsync(string name, CancellationToken cancellation)
    {
        var email = $"{name}-{Guid.NewGuid():n}@contoh.test";
        var password = $"Rahasia-{Guid.NewGuid():n}";
        var registered = await Client.Auth.RegisterAsync(new RegisterRequest(email, password, name), IdempotencyKey.New(), cancellation);
        Assert.True(registered.IsOk, $"register: {registered.Failure}");

        var mail = await Eventually.Async(
            async () => (await MailsToAsync(email, cancellation)).FirstOrDefault(m => m.Text.Contains("confirm-email", StringComparison.Ordinal)),
            found => found is not null, TimeSpan.FromSeconds(90), $"the confirmation mail to {email}", cancellation);
        var (userId, token) = ConfirmationLink(mail!.Text);
        var confirmed = await Client.Auth.ConfirmEmailAsync(new ConfirmEmailRequest(userId, token), cancellation);
        Assert.True(confirmed.IsOk, $"confirm: {confirmed.Failure}");
        return new Customer(userId, email, await SignInAsync(email, password, cancellation));
    }

    public async Task<WebranaSession> SignInAsync(string email, string password, CancellationToken cancellation)
    {
        var login = await Client.Auth.LoginAsync(new LoginRequest(email, password), cancellation);
        Assert.True(login.IsOk, $"login of {email}: {login.Failure}");
        return Client.As(login.Value!.AccessToken);
    }

    public Task<WebranaSession> SignInAdminAsync(CancellationToken cancellation) =>
        SignInAsync(Addresses.Logins.Admin.Email, Addresses.Logins.Admin.Password, cancellation);

    public async Task<IReadOnlyList<SinkMail>> MailsToAsync(string email, CancellationToken cancellation) =>
        await Http.GetFromJsonAsync<List<SinkMail>>(
            $"{Addresses.Control.TrimEnd('/')}/mail?to={Uri.EscapeDataString(email)}", Json, cancellation) ?? [];

    /// <summary>A person presses Pay in the gateway's simulator.</summary>
    public async Task PayAsync(string reference, CancellationToken cancellation)
    {
        using var answer = await Http.PostAsync(
            new Uri($"{Addresses.Tripay.TrimEnd('/')}/_sandbox/transactions/{reference}/pay"), null, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> TurnClockAsync(object move, CancellationToken cancellation)
    {
        using var answer = await Http.PostAsJsonAsync($"{Addresses.Control.TrimEnd('/')}/clock", move, Json, cancellation);
        var body = await answer.Content.ReadAsStringAsync(cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"the clock answered {answer.StatusCode}: {body}");
        return JsonDocument.Parse(body).RootElement;
    }

    /// <summary>Ids of droplets that exist at the provider, asked as any API user would.</summary>
    public async Task<IReadOnlyList<ProviderDroplet>> ProviderDropletsAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Addresses.DigitalOcean.TrimEnd('/')}/v2/droplets?per_page=200");
        request.Headers.Authorization = new("Bearer", Addresses.DigitalOceanToken);
        using var answer = await Http.SendAsync(request, cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
        return [.. body.GetProperty("droplets").EnumerateArray().Select(d => new ProviderDroplet(
            d.GetProperty("id").GetInt64(),
            [.. d.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)]))];
    }

    /// <summary>Somebody destroys it at the provider itself, behind our back.</summary>
    public async Task DestroyAtProviderAsync(long id, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{Addresses.DigitalOcean.TrimEnd('/')}/v2/droplets/{id}");
        request.Headers.Authorization = new("Bearer", Addresses.DigitalOceanToken);
        using var answer = await Http.SendAsync(request, cancellation);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    public async Task<T?> ScalarAsync<T>(string sql, CancellationToken cancellation)
    {
        await using var command = Database.CreateCommand(sql);
        var value = await command.ExecuteScalarAsync(cancellation);
        return value is null or DBNull ? default : (T)value;
    }

    /// <summary>Where silos, API and Web answer.</summary>
    public IEnumerable<Uri> ProductProcesses()
    {
        yield return new Uri(Addresses.Api);
        yield return new Uri(Addresses.Web);
        // A silo's port is in what it says at its start, and nowhere else.
        foreach (var silo in Addresses.Processes.Where(process => process.Role.StartsWith("silo", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(new FileStream(silo.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            var said = reader.ReadToEnd();
            var at = said.IndexOf("Now listening on: http://", StringComparison.Ordinal) + "Now listening on: ".Length;
            yield return new Uri(said[at..said.IndexOf('"', at)]);
        }
    }

    /// <summary>An operator's command at a shell: what it printed. It must end with 0.</summary>
    public Task<string> OpsAsync(string[] words, CancellationToken cancellation) => LaunchAsync(["ops", .. words, "--data", _folder], cancellation);

    /// <summary>The same where it may end otherwise.</summary>
    public Task<CommandOutcome> TryOpsAsync(string[] words, CancellationToken cancellation) => RunAsync(["ops", .. words, "--data", _folder], cancellation);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _apiHttp.Dispose();
        Http.Dispose();
        await LaunchAsync(["down", "--data", _folder], CancellationToken.None);
        if (TestContext.Current.TestState?.Result != TestResult.Failed)
            Directory.Delete(_folder, recursive: true);
    }

    private static (string UserId, string Token) ConfirmationLink(string text)
    {
        var start = text.IndexOf("http", text.LastIndexOf('\n', text.IndexOf("confirm-email", StringComparison.Ordinal)) + 1, StringComparison.Ordinal);
        var end = text.IndexOfAny([' ', '\r', '\n', '>'], start);
        var query = System.Web.HttpUtility.ParseQueryString(new Uri(end < 0 ? text[start..] : text[start..end]).Query);
        return (query["userId"]!, query["token"]!);
    }

    private static async Task<string> LaunchAsync(string[] arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null)
    {
        var outcome = await RunAsync(arguments, cancellation, environment);
        Assert.True(outcome.ExitCode == 0, $"webrana {string.Join(' ', arguments)} ended with {outcome.ExitCode}:\n{outcome.Output}");
        return outcome.Output;
    }

    // The launcher itself, not the script: what runs must be the very build under test, which may be instrumented.
    private static Task<CommandOutcome> RunAsync(string[] arguments, CancellationToken cancellation, IReadOnlyDictionary<string, string>? environment = null) => Command.RunAsync(
        ["dotnet", Repository.Output("sandbox/Launcher", "Webrana.Sandbox.Launcher.dll"), .. arguments],
        timeout: TimeSpan.FromMinutes(5), environment: environment, cancellation: cancellation);
}

/// <summary>A signed-in customer.</summary>
public sealed record Customer(string UserId, string Email, WebranaSession Session);

public sealed record SinkMail(string To, string Subject, string Text, string Html);

public sealed record ProviderDroplet(long Id, IReadOnlyList<string> Tags);

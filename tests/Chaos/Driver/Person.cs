using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Webrana.Chaos.Cluster;
using Webrana.Client;
using Webrana.Sandbox.Launcher;
using Webrana.Wire.Accounts;

namespace Webrana.Chaos.Driver;

/// <summary>A signed-in customer, and the servers they believe they have.</summary>
public sealed record Person(string UserId, WebranaSession Session)
{
    public ConcurrentDictionary<string, string> Servers { get; } = new(StringComparer.Ordinal);

    public string Password { get; init; } = "";

    /// <summary>Registers, follows the link in the mail, signs in: the customer's own way in.</summary>
    public static async Task<Person> RegisterAsync(
        ChaosCluster cluster, WebranaClient client, string name, CancellationToken cancellation, string? referralCode = null, string? phone = null)
    {
        var email = $"{name}-{Guid.NewGuid():n}@contoh.test";
        var password = $"Rahasia-{Guid.NewGuid():n}";
        var key = IdempotencyKey.New();
        await MustAsync(() => client.Auth.RegisterAsync(new RegisterRequest(email, password, name, phone, referralCode), key, cancellation), "register", cancellation);
        var (userId, token) = await ConfirmationAsync(cluster, email, cancellation);
        await MustAsync(() => client.Auth.ConfirmEmailAsync(new ConfirmEmailRequest(userId, token), cancellation), "confirm", cancellation);
        return new Person(userId, client.As(new SignInAgain(client, email, password))) { Password = password };
    }

    /// <summary>A step of the preparation: a cluster that has just started may still answer 503 for a moment.</summary>
    public static async Task<T> MustAsync<T>(Func<Task<ApiResult<T>>> call, string what, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await call();
            if (answer.IsOk)
                return answer.Value;
            if ((answer.Failure.Kind == ApiFailureKind.Refused && !Insistence.IsRepeatable(answer.Failure)) || tries == 60)
                throw new LauncherException($"{what}: {answer.Failure.Status} {answer.Failure.Code} {answer.Failure.Problem?.Detail}");
            await Task.Delay(1_000, cancellation);
        }
    }

    private static async Task<(string UserId, string Token)> ConfirmationAsync(ChaosCluster cluster, string email, CancellationToken cancellation)
    {
        for (var tries = 0; tries < 900; tries++)
        {
            var mails = await cluster.Http.GetFromJsonAsync<JsonElement>(new Uri(cluster.Control, $"/mail?to={Uri.EscapeDataString(email)}"), cancellation);
            foreach (var text in mails.EnumerateArray().Select(mail => mail.GetProperty("text").GetString()!))
            {
                var at = text.IndexOf("confirm-email", StringComparison.Ordinal);
                if (at < 0)
                    continue;
                var end = text.IndexOfAny([' ', '\r', '\n', '>'], at);
                var query = System.Web.HttpUtility.ParseQueryString(text[text.IndexOf('?', at)..(end < 0 ? text.Length : end)]);
                return (query["userId"]!, query["token"]!);
            }

            await Task.Delay(100, cancellation);
        }

        throw new LauncherException($"No confirmation mail came to {email}.");
    }
}

/// <summary>Access tokens end after minutes and with a crash of whoever remembers them: this source signs in again.</summary>
public sealed class SignInAgain(WebranaClient client, string email, string password) : IAccessTokenSource
{
    private volatile string? _token;

    public async Task<ApiResult<string>> GetAsync(CancellationToken cancellationToken)
    {
        // Two at once may both sign in; either token is good.
        if (_token is { } good)
            return good;
        var login = await client.Auth.LoginAsync(new LoginRequest(email, password), cancellationToken);
        return login.IsOk ? _token = login.Value.AccessToken : login.Failure;
    }

    public void Reject(string token)
    {
        if (_token == token)
            _token = null;
    }
}

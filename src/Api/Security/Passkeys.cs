using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Webrana.Api.Accounts;
using Webrana.Data;
using Webrana.Wire.Security;

namespace Webrana.Api.Security;

/// <summary>
/// Passkeys by ASP.NET Core Identity's handler. The browser talks to the Web and the Web to us, so what the handler wants kept between question and
/// answer travels with them: sealed, for five minutes, for its own purpose and person, and answered once.
/// </summary>
public sealed class Passkeys(
    UserManager<User> users, IPasskeyHandler<User> handler, IDataProtectionProvider protection, DataSources sources, TimeProvider clock)
{
    /// <summary>As many as an account can have.</summary>
    public const int Most = 10;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly ITimeLimitedDataProtector _seal = protection.CreateProtector("webrana.passkey.state").ToTimeLimitedDataProtector();

    /// <summary>What a browser needs to make a new passkey for this person.</summary>
    public async Task<PasskeyChallenge> AskForNewAsync(User user, HttpContext http)
    {
        var entity = new PasskeyUserEntity { Id = user.Id.ToString("D"), Name = user.Email!, DisplayName = user.Name };
        var made = await handler.MakeCreationOptionsAsync(entity, http);
        return Challenge(made.CreationOptionsJson, new State(user.Id, made.AttestationState));
    }

    /// <summary>Adds the passkey that a browser made; null when its answer proves nothing.</summary>
    public async Task<Passkey?> AddAsync(User user, AddPasskeyRequest request, HttpContext http)
    {
        if (await OpenAsync(request.State, http.RequestAborted) is not { } state || state.User != user.Id)
            return null;
        var attested = await handler.PerformAttestationAsync(
            new PasskeyAttestationContext { HttpContext = http, CredentialJson = request.Credential.GetRawText(), AttestationState = state.Kept });
        if (!attested.Succeeded)
            return null;
        attested.Passkey.Name = request.Name.Trim();
        return (await users.AddOrUpdatePasskeyAsync(user, attested.Passkey)).Succeeded ? ToWire(attested.Passkey) : null;
    }

    /// <summary>What a browser needs to sign in with whatever passkey it has for us.</summary>
    public async Task<PasskeyChallenge> AskForSignInAsync(HttpContext http)
    {
        var made = await handler.MakeRequestOptionsAsync(null, http);
        return Challenge(made.RequestOptionsJson, new State(null, made.AssertionState));
    }

    /// <summary>Whose passkey answered; null when it proves nothing.</summary>
    public async Task<User?> SignInAsync(PasskeySignInRequest request, HttpContext http)
    {
        if (await OpenAsync(request.State, http.RequestAborted) is not { User: null } state)
            return null;
        var asserted = await handler.PerformAssertionAsync(
            new PasskeyAssertionContext { HttpContext = http, CredentialJson = request.Credential.GetRawText(), AssertionState = state.Kept });
        if (!asserted.Succeeded)
            return null;
        // The counter of the authenticator goes forward only; a copy of it would be found by that.
        await users.AddOrUpdatePasskeyAsync(asserted.User, asserted.Passkey);
        return asserted.User;
    }

    /// <summary>All of a person's.</summary>
    public async Task<IReadOnlyList<Passkey>> ListAsync(User user) => [.. (await users.GetPasskeysAsync(user)).OrderBy(key => key.CreatedAt).Select(ToWire)];

    /// <summary>Removes one; false when there is none of this id.</summary>
    public async Task<bool> RemoveAsync(User user, string id)
    {
        if (!Base64Url.IsValid(id))
            return false;
        var credential = Base64Url.DecodeFromChars(id);
        return await users.GetPasskeyAsync(user, credential) is not null && (await users.RemovePasskeyAsync(user, credential)).Succeeded;
    }

    private PasskeyChallenge Challenge(string options, State state)
    {
        using var parsed = JsonDocument.Parse(options);
        return new(parsed.RootElement.Clone(), _seal.Protect(JsonSerializer.Serialize(state), Life));
    }

    private async Task<State?> OpenAsync(string sealedState, CancellationToken cancellation)
    {
        State state;
        try
        {
            state = JsonSerializer.Deserialize<State>(_seal.Unprotect(sealedState, out _))!;
        }
        catch (CryptographicException)
        {
            return null; // made up, or too old
        }

        await using var spend = sources.Queries.CreateCommand(
            "INSERT INTO identity.spent_challenges (hash, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        spend.Parameters.Add(new() { Value = SHA256.HashData(Encoding.UTF8.GetBytes(sealedState)) });
        spend.Parameters.Add(new() { Value = (clock.GetUtcNow() + Life).UtcDateTime });
        return await spend.ExecuteNonQueryAsync(cancellation) == 1 ? state : null;
    }

    private static Passkey ToWire(UserPasskeyInfo key) => new(Base64Url.EncodeToString(key.CredentialId), key.Name ?? "", key.CreatedAt, key.IsBackedUp);

    private sealed record State(Guid? User, string? Kept);
}

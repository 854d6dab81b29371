using System.Net;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Security;

namespace Webrana.Api.Tests.Security;

[Collection(ApiCollection.Name)]
public sealed class TwoFactorTests(SharedApi api)
{
    ApiHost Host => api.Host;

    /// <summary>Codes of the present and the next step: each works once, so that two can be used without waiting.</summary>
    static string CodeOf(string secret, int ahead = 0) => Totp.CodeAt(secret, TimeProvider.System.GetUtcNow().AddSeconds(30 * ahead));

    async Task<(TestUser User, HttpClient Http, string Secret, IReadOnlyList<string> Codes, string Used)> EnrolledAsync()
    {
        var user = await Host.NewCustomerAsync();
        var http = await Host.SignedInAsync(user.Email);
        var setup = await http.PostAsync("/api/v1/me/two-factor/setup", new SetUpTwoFactorRequest(TestUser.Password)).ReadAsync<TwoFactorSetup>();
        var secret = setup.Secret.Replace(" ", "", StringComparison.Ordinal);
        Assert.StartsWith($"otpauth://totp/Webrana:{Uri.EscapeDataString(user.Email)}?secret={secret}&", setup.Uri, StringComparison.Ordinal);
        var used = CodeOf(secret);
        var codes = await http.PostAsync("/api/v1/me/two-factor", new EnableTwoFactorRequest(used)).ReadAsync<RecoveryCodes>();
        return (user, http, secret, codes.Codes, used);
    }

    [Fact]
    public async Task Signing_in_asks_for_a_code_and_takes_each_code_once()
    {
        var (user, http, secret, codes, used) = await EnrolledAsync();
        Assert.Equal(10, codes.Distinct().Count());
        var overview = await http.GetAsync("/api/v1/me/security").ReadAsync<SecurityOverview>();
        Assert.Equal((true, 10), (overview.TwoFactor, overview.RecoveryCodesLeft));

        await Host.LogInAsync(user.Email).RefusedAsync(401, ProblemCodes.TwoFactorRequired);
        await Host.LogInAsync(user.Email, "salah-sekali-1").RefusedAsync(401, ProblemCodes.InvalidCredentials);
        await Host.LogInAsync(user.Email, code: used).RefusedAsync(401, ProblemCodes.InvalidTwoFactorCode); // to enroll, whichever step it is by now
        var next = CodeOf(secret, 1);
        await Host.LogInAsync(user.Email, code: next).ReadAsync<TokenPair>();
        await Host.LogInAsync(user.Email, code: next).RefusedAsync(401, ProblemCodes.InvalidTwoFactorCode);
        await Host.Anonymous().PostAsync("/api/v1/auth/sessions", new CreateSessionRequest(user.Email, TestUser.Password)).RefusedAsync(401, ProblemCodes.TwoFactorRequired);
    }

    [Fact]
    public async Task Of_many_uses_of_one_code_at_once_one_succeeds()
    {
        var (user, _, secret, _, _) = await EnrolledAsync();
        var code = CodeOf(secret, 1);
        var uses = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Host.LogInAsync(user.Email, code: code)));
        Assert.Single(uses, use => use.StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_recovery_code_opens_once_and_new_codes_replace_the_old()
    {
        var (user, http, secret, codes, _) = await EnrolledAsync();
        await Host.LogInAsync(user.Email, code: codes[0].ToLowerInvariant()).ReadAsync<TokenPair>();
        await Host.LogInAsync(user.Email, code: codes[0]).RefusedAsync(401, ProblemCodes.InvalidTwoFactorCode);
        Assert.Equal(9, (await http.GetAsync("/api/v1/me/security").ReadAsync<SecurityOverview>()).RecoveryCodesLeft);
        var fresh = await http.PostAsync("/api/v1/me/two-factor/recovery-codes", new ProveTwoFactorRequest(TestUser.Password, CodeOf(secret, 1))).ReadAsync<RecoveryCodes>();
        await Host.LogInAsync(user.Email, code: codes[1]).RefusedAsync(401, ProblemCodes.InvalidTwoFactorCode);
        await Host.LogInAsync(user.Email, code: fresh.Codes[1]).ReadAsync<TokenPair>();
    }

    [Fact]
    public async Task It_is_switched_off_with_password_and_code_only_and_set_up_anew_only_then()
    {
        var (user, http, _, codes, _) = await EnrolledAsync();
        await http.PostAsync("/api/v1/me/two-factor/setup", new SetUpTwoFactorRequest(TestUser.Password)).RefusedAsync(409, ProblemCodes.TwoFactorOn);
        await http.PostAsync("/api/v1/me/two-factor", new EnableTwoFactorRequest("123456")).RefusedAsync(409, ProblemCodes.TwoFactorOn);
        await http.DeleteAsync("/api/v1/me/two-factor", new ProveTwoFactorRequest("salah-sekali-1", codes[0])).RefusedAsync(422, ProblemCodes.WrongPassword);
        await http.DeleteAsync("/api/v1/me/two-factor", new ProveTwoFactorRequest(TestUser.Password, "000000")).RefusedAsync(422, ProblemCodes.WrongCode);
        await http.DeleteAsync("/api/v1/me/two-factor", new ProveTwoFactorRequest(TestUser.Password, codes[0])).ExpectAsync(HttpStatusCode.NoContent);
        await Host.LogInAsync(user.Email).ReadAsync<TokenPair>();
        await http.PostAsync("/api/v1/me/two-factor", new EnableTwoFactorRequest("123456")).RefusedAsync(409, ProblemCodes.TwoFactorOff);
        await http.PostAsync("/api/v1/me/two-factor/setup", new SetUpTwoFactorRequest(TestUser.Password)).ReadAsync<TwoFactorSetup>();
    }

    [Fact]
    public async Task Guessing_codes_with_the_right_password_locks_as_guessing_passwords_does()
    {
        var (user, _, _, _, _) = await EnrolledAsync();
        for (var i = 0; i < 5; i++)
        {
            await Host.LogInAsync(user.Email).RefusedAsync(401, ProblemCodes.TwoFactorRequired); // being asked neither counts nor gives back
            await Host.LogInAsync(user.Email, code: "000000").RefusedAsync(401, ProblemCodes.InvalidTwoFactorCode);
        }

        await Host.LogInAsync(user.Email, code: "000000").RefusedAsync(429, ProblemCodes.LockedOut);
    }

    [Fact]
    public async Task Neither_secret_nor_recovery_codes_stand_in_the_database_as_they_are()
    {
        var (user, _, secret, codes, _) = await EnrolledAsync();
        var kept = await api.Host.Database.ScalarAsync<string>($"select string_agg(value, ' ') from identity.user_tokens where user_id = '{user.Id}'");
        Assert.NotEmpty(kept);
        Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(codes[0], kept, StringComparison.Ordinal);
    }

    /// <summary>RFC 6238, appendix B, SHA-1, cut to six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1234567890, "005924")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        const string secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.CodeAt(secret, at));
        Assert.Equal(seconds / 30, Totp.StepOf(secret, code, at.AddSeconds(30)));
        Assert.Null(Totp.StepOf(secret, code, at.AddSeconds(90)));
        Assert.Null(Totp.StepOf(secret, "12345", at));
    }
}

using System.Net;
using Webrana.Api.Accounts;
using Webrana.Api.Security;
using Webrana.Api.Tests.Support;
using Webrana.Wire.Accounts;

namespace Webrana.Api.Tests.Accounts;

[Collection(ApiCollection.Name)]
public sealed class CreateAdminTests(SharedApi api)
{
    [Fact]
    public async Task The_first_admin_is_made_with_a_password_that_is_shown_once()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        using var output = new StringWriter();
        Assert.Equal(0, await CreateAdmin.RunAsync(api.Host.Services, email, "Ibu Admin", output));
        var password = output.ToString().Split('\n').Single(line => line.StartsWith("Password", StringComparison.Ordinal)).Split(' ')[1].Trim();

        var tokens = await api.Host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(email, password)).ReadAsync<TokenPair>();
        var admin = api.Host.Anonymous();
        admin.DefaultRequestHeaders.Authorization = new("Bearer", tokens.AccessToken);
        await admin.GetAsync("/internal/ledger/trial-balance").ExpectAsync(HttpStatusCode.OK);

        Assert.Equal(0, await CreateAdmin.RunAsync(api.Host.Services, email, "Ibu Admin", output));
        Assert.Contains("unchanged", output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The grain that sends mails is not asked at a shell, and learns the address with the first thing there is to tell.</summary>
    [Fact]
    public async Task Who_was_made_at_a_shell_changes_the_password_by_mail_and_hears_of_it()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        Assert.Equal(0, await CreateAdmin.RunAsync(api.Host.Services, email, "Ibu Admin", TextWriter.Null));
        await api.Host.Anonymous().PostAsync("/api/v1/auth/forgot-password", new ForgotPasswordRequest(email)).ExpectAsync(HttpStatusCode.Accepted);

        var (userId, token) = MailSink.LinkOf(await api.Host.Mails.NextWithLinkAsync(email, "reset-password"), "reset-password");
        const string Own = "kopi-tubruk-milik-sendiri-9";
        await api.Host.Anonymous().PostAsync("/api/v1/auth/reset-password", new ResetPasswordRequest(userId, token, Own)).ExpectAsync(HttpStatusCode.NoContent);

        // The desk's alarms go to every admin, and may come first.
        string mail;
        do mail = (await api.Host.Mails.NextAsync(email)).MailId;
        while (!mail.StartsWith("security:password", StringComparison.Ordinal));
        await api.Host.Anonymous().PostAsync("/api/v1/auth/login", new LoginRequest(email, Own)).ExpectAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_customer_becomes_an_admin_and_keeps_the_password()
    {
        var user = await api.Host.NewCustomerAsync();
        Assert.Equal(0, await CreateAdmin.RunAsync(api.Host.Services, user.Email, "Admin", TextWriter.Null));
        var me = await user.Http.GetAsync("/api/v1/me").ReadAsync<Profile>();
        Assert.Equal([Roles.Admin, Roles.Customer], me.Roles);
        Assert.Equal("ops:shell", await api.Host.Database.ScalarAsync<string>($"SELECT actor FROM audit_log WHERE action = 'role.given' AND subject = 'account:{user.Id}'"));
    }

    [Fact]
    public async Task An_address_that_somebody_registered_and_nobody_confirmed_does_not_become_an_admin()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        await api.Host.Anonymous().PostAsync("/api/v1/auth/register", new RegisterRequest(email, "kata-sandi-orang-lain-1", "Sari")).ExpectAsync(HttpStatusCode.Created);
        using var output = new StringWriter();
        Assert.Equal(1, await CreateAdmin.RunAsync(api.Host.Services, email, "Admin", output));
        Assert.Contains("never confirmed", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void However_an_address_is_written_it_is_counted_as_the_account_that_it_finds() =>
        Assert.Equal(EmailKey.Of("Toko.Kopi@example.com"), EmailKey.Of(" to\u212Ao.\u212Aopi@example.com"));

    [Fact]
    public async Task Without_an_address_it_says_how_it_is_used()
    {
        using var output = new StringWriter();
        Assert.Equal(2, await CreateAdmin.RunAsync(api.Host.Services, "", "Admin", output));
        Assert.Contains("--email", output.ToString(), StringComparison.Ordinal);
    }
}

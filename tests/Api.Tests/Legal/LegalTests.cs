using System.Net;
using Webrana.Api.Security;
using Webrana.Api.Tests.Security;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Accounts;
using Webrana.Wire.Deposits;
using Webrana.Wire.Droplets;
using Webrana.Wire.Legal;
using Microsoft.Extensions.DependencyInjection;

namespace Webrana.Api.Tests.Legal;

/// <summary>Documents by version: accepted with the registration, asked for again when a new one binds. A host of its own: a published version binds everybody.</summary>
public sealed class LegalTests : IAsyncLifetime
{
    ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Who_registers_has_accepted_what_binds_and_from_where_is_kept()
    {
        var email = $"{Guid.NewGuid():n}@example.com";
        var made = await _host.Anonymous().PostAsync("/api/v1/auth/register", new RegisterRequest(email, TestUser.Password, "Sari")).ReadAsync<Registered>(HttpStatusCode.Created);

        Assert.Equal("ACCEPTABLE_USE:1:REGISTRATION:127.0.0.1 PRIVACY:1:REGISTRATION:127.0.0.1 TERMS:1:REGISTRATION:127.0.0.1", await _host.Database.ScalarAsync<string>(
            $"select string_agg(document || ':' || version || ':' || way || ':' || ip, ' ' order by document) from legal_acceptances where user_id = '{made.UserId}'"));
    }

    [Fact]
    public async Task Everybody_can_read_the_documents_in_both_languages()
    {
        var http = _host.Anonymous();
        var documents = (await http.GetAsync("/api/v1/legal").ReadAsync<Page<LegalDocumentVersion>>()).Items;
        Assert.Equal([LegalDocumentName.Terms, LegalDocumentName.Privacy, LegalDocumentName.AcceptableUse], documents.Where(one => one.InForce).Select(one => one.Document));
        foreach (var path in new[] { "terms", "privacy", "acceptable-use" })
        {
            var indonesian = await http.GetAsync($"/api/v1/legal/{path}").ReadAsync<LegalText>();
            var english = await http.GetAsync($"/api/v1/legal/{path}?version=1&locale=en").ReadAsync<LegalText>();
            Assert.StartsWith("# ", indonesian.Text, StringComparison.Ordinal);
            Assert.NotEqual(indonesian.Text, english.Text);
            // Both languages say as much: the same sections, the same number of items.
            Assert.Equal(Shape(indonesian.Text), Shape(english.Text));
        }

        // What closing an account does not erase is said before it begins.
        foreach (var (language, told) in new[] { ("id", "alamat jaringan dari tindakan Anda sendiri"), ("en", "the network address of what you yourself did") })
            Assert.Contains(told, (await http.GetAsync($"/api/v1/legal/privacy?version=1&locale={language}").ReadAsync<LegalText>()).Text, StringComparison.Ordinal);

        await http.GetAsync("/api/v1/legal/terms?version=99").RefusedAsync(404, ProblemCodes.NotFound);
        await http.GetAsync("/api/v1/legal/cookies").RefusedAsync(404, ProblemCodes.NotFound);
    }

    [Fact]
    public async Task A_new_version_that_binds_holds_orders_and_top_ups_back_until_the_person_accepts_it()
    {
        var user = await _host.NewCustomerAsync();
        await Scenario.FundAsync(_host, user, Scenario.PriceIdr);
        var person = await _host.SignedInAsync(user.Email);
        Assert.True((await person.GetAsync("/api/v1/me/legal").ReadAsync<LegalStanding>()).UpToDate);

        await PublishAsync(LegalDocumentName.Privacy, 2);
        var standing = await Eventually.Async(
            () => person.GetAsync("/api/v1/me/legal").ReadAsync<LegalStanding>(), legal => !legal.UpToDate, ApiHost.Patience, "the new version binds", TestContext.Current.CancellationToken);
        var missing = Assert.Single(standing.Documents, item => item.AcceptedAt is null);
        Assert.Equal((LegalDocumentName.Privacy, 2, true), (missing.Document, missing.Version, missing.InForce));

        await person.PostAsync("/api/v1/orders", Scenario.Order()).RefusedAsync(403, ProblemCodes.TermsNotAccepted);
        await person.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(50_000, "BRIVA")).RefusedAsync(403, ProblemCodes.TermsNotAccepted);
        await person.PostAsync("/api/v1/me/legal", new AcceptLegalRequest([new(LegalDocumentName.Privacy, 3)])).RefusedAsync(409, ProblemCodes.VersionConflict);
        await person.PostAsync("/api/v1/me/legal", new AcceptLegalRequest([])).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await person.PostAsync("/api/v1/orders", Scenario.Order()).RefusedAsync(403, ProblemCodes.TermsNotAccepted);

        // No program says yes in a person's name.
        var token = (await _host.Services.GetRequiredService<ApiTokens>().CreateAsync(user.Id, Guid.NewGuid(), "x", ["write"], null, default))!.Token;
        await _host.WithToken(token).PostAsync("/api/v1/me/legal", new AcceptLegalRequest([new(LegalDocumentName.Privacy, 2)])).RefusedAsync(403, ProblemCodes.InsufficientScope);

        Assert.True((await person.PostAsync("/api/v1/me/legal", new AcceptLegalRequest([new(LegalDocumentName.Privacy, 2)])).ReadAsync<LegalStanding>()).UpToDate);
        await person.PostAsync("/api/v1/orders", Scenario.Order()).ReadAsync<OrderAccepted>(HttpStatusCode.Accepted);
        await person.PostAsync("/api/v1/wallet/deposit", new CreateDepositRequest(50_000, "BRIVA")).ReadAsync<Deposit>(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Publishing_asks_for_the_next_number_a_day_to_come_and_a_reason_and_is_on_record()
    {
        var admin = await _host.NewAdminAsync();
        var soon = TimeProvider.System.GetUtcNow().AddDays(30);
        var next = new PublishLegalRequest(LegalDocumentName.AcceptableUse, 2, soon, "# Kebijakan\n\nBaru.", "# Policy\n\nNew.", "Aturan port email");
        await admin.Http.PostAsync("/internal/legal", next with { Reason = " " }).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync("/internal/legal", next with { EffectiveAt = soon.AddDays(-60) }).RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.PostAsync("/internal/legal", next with { Version = 3 }).RefusedAsync(409, ProblemCodes.VersionConflict);
        await admin.Http.PostAsync("/internal/legal", next).ExpectAsync(HttpStatusCode.Created);
        await admin.Http.PostAsync("/internal/legal", next).RefusedAsync(409, ProblemCodes.VersionConflict);

        Assert.Contains((await admin.Http.GetAsync("/internal/legal").ReadAsync<Page<LegalDocumentVersion>>()).Items, one => one is { Document: LegalDocumentName.AcceptableUse, Version: 2, InForce: false });
        var line = Assert.Single((await admin.Http.GetAsync("/internal/audit?subject=legal:AcceptableUse:2").ReadAsync<Page<Webrana.Wire.Admin.AuditEntry>>()).Items);
        Assert.Equal(("legal.published", "Aturan port email"), (line.Action, line.Reason));
        Assert.Equal((1, 2), (line.Before!.Value.GetProperty("version").GetInt32(), line.After!.Value.GetProperty("version").GetInt32()));
        // It may be accepted ahead.
        var person = await _host.SignedInAsync((await _host.NewCustomerAsync()).Email);
        var standing = await person.PostAsync("/api/v1/me/legal", new AcceptLegalRequest([new(LegalDocumentName.AcceptableUse, 2)])).ReadAsync<LegalStanding>();
        Assert.NotNull(standing.Documents.Single(item => item is { Document: LegalDocumentName.AcceptableUse, InForce: false }).AcceptedAt);
    }

    async Task PublishAsync(LegalDocumentName document, int version)
    {
        var admin = await _host.NewAdminAsync();
        await admin.Http.PostAsync("/internal/legal", new PublishLegalRequest(document, version, TimeProvider.System.GetUtcNow().AddSeconds(15), "# Baru\n\nTeks.", "# New\n\nText.", "Versi uji"))
            .ExpectAsync(HttpStatusCode.Created);
    }

    static string Shape(string text) => string.Concat(text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Split(' ')[0] is "#" or "##" or "-" ? line.Split(' ')[0] : line.Length == 0 ? "" : "p"));
}

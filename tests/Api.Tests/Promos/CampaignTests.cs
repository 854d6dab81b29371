using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Deposits;
using Webrana.Wire.Promos;
using Webrana.Wire.Wallets;
using static Webrana.Api.Tests.Promos.PromoTestKit;

namespace Webrana.Api.Tests.Promos;

/// <summary>Promos as admins run them and customers meet them.</summary>
[Collection(ApiCollection.Name)]
public sealed class CampaignTests(SharedApi api)
{
    [Fact]
    public async Task A_tiered_campaign_from_its_draft_to_the_last_usage()
    {
        var (admin, customer) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        // By a channel that no other test pays with: a promo without a code would apply to theirs too.
        var draft = new PromoFields(
            "Bonus gerai", PromoType.DepositBonus, PromoValueType.Fixed, MaxUsageTotal: 50, Budget: 1_000_000, BonusExpiryDays: 30, PaymentMethods: ["ALFAMART"],
            Tiers: [new PromoTier(100_000, 10_000), new PromoTier(500_000, 75_000)]);
        var preview = await admin.Http.PostAsync("/internal/promos/preview", draft).ReadAsync<PromoPreview>();
        Assert.Equal(90, preview.Days);

        var made = await CreateAsync(admin, draft);
        try
        {
            Assert.Equal((PromoStatus.On, 0, 0, 1, true), (made.Status, made.UsageCount, made.BudgetUsed, made.Version, made.IsPublic));
            var hinted = await Eventually.Async(
                () => AskAsync(customer, 450_000, method: "ALFAMART").ReadAsync<PromoQuote>(), quote => quote.PromoId == made.Id, ApiHost.Patience, "the promo is known",
                TestContext.Current.CancellationToken);
            Assert.Equal((10_000, 460_000, true, 30), (hinted!.BonusAmount, hinted.TotalCredit, hinted.IsBonus, hinted.BonusExpiryDays));
            Assert.Equal(new PromoHint(made.Id, "Bonus gerai", 500_000, 50_000, 75_000), hinted.Next);
            Assert.Null((await AskAsync(customer, 450_000).ReadAsync<PromoQuote>()).PromoId);
            Assert.Contains((await customer.Http.GetAsync("/api/v1/promos").ReadAsync<Page<Promo>>()).Items, promo => promo.Id == made.Id && promo.Tiers.Count == 2);

            var quoted = await AskAsync(customer, 500_000, method: "ALFAMART").ReadAsync<PromoQuote>();
            var deposit = await Scenario.PayAsync(api.Host, customer, 500_000, "ALFAMART", null, quoted.TotalCredit);
            Assert.Equal((75_000, 575_000), (deposit.BonusAmount, deposit.TotalCredit));
            Assert.Equal((made.Id, 75_000, DepositPromoStatus.Held), (deposit.Promo!.PromoId, deposit.Promo.BonusAmount, deposit.Promo.Status));
            Assert.InRange(deposit.Promo.HeldUntil, deposit.CreatedAt.AddMinutes(1), deposit.CreatedAt.AddMinutes(61));
            var lot = Assert.Single((await customer.Http.GetAsync("/api/v1/wallet/bonuses").ReadAsync<Page<BonusLot>>()).Items);
            Assert.Equal(75_000, lot.Amount);
            Assert.NotNull(lot.ExpiresAt);
            var rows = (await customer.Http.GetAsync("/api/v1/wallet/transactions").ReadAsync<Page<Transaction>>()).Items;
            Assert.Equal([75_000, 500_000], rows.Select(row => row.Amount));

            var usage = await Eventually.Async(
                () => admin.Http.GetAsync($"/internal/promos/{made.Id}/usage").ReadAsync<PromoUsagePage>(), page => page.Items is [{ Status: PromoUsageStatus.Committed }],
                ApiHost.Patience, "the usage is committed", TestContext.Current.CancellationToken);
            Assert.Equal((1, 75_000), (usage!.Total, usage.Amount));
            Assert.Equal((customer.Id.ToString(), customer.Email, deposit.Id, 75_000), (usage.Items[0].UserId, usage.Items[0].Email, usage.Items[0].DepositId, usage.Items[0].Amount));
            Assert.NotNull(usage.Items[0].UsedAt);
            var csv = await admin.Http.GetStringAsync($"/internal/promos/{made.Id}/usage.csv");
            var lines = csv.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(2, lines.Length);
            Assert.Contains($"COMMITTED,{customer.Id},\"{customer.Email}\",{deposit.Id}", lines[1], StringComparison.Ordinal);
            var read = await admin.Http.GetAsync($"/internal/promos/{made.Id}").ReadAsync<AdminPromo>();
            Assert.Equal((1, 75_000), (read.UsageCount, read.BudgetUsed));
        }
        finally
        {
            await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{made.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        }

        Assert.Equal(PromoStatus.Archived, (await admin.Http.GetAsync($"/internal/promos/{made.Id}").ReadAsync<AdminPromo>()).Status);
        Assert.Single((await admin.Http.GetAsync($"/internal/promos/{made.Id}/usage").ReadAsync<PromoUsagePage>()).Items);
        await admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/promos/{made.Id}", new PromoSwitch(true)).RefusedAsync(409, ProblemCodes.Archived);
    }

    [Fact]
    public async Task A_preview_names_everybody_who_would_have_got_something_in_a_file()
    {
        var (admin, customer) = (await api.Host.NewAdminAsync(), await api.Host.NewCustomerAsync());
        await Scenario.PayAsync(api.Host, customer, 100_000, "BRIVA", null, 100_000);
        var draft = Bonus(NewCode()) with { Value = 7_777 };
        var preview = await admin.Http.PostAsync("/internal/promos/preview", draft).ReadAsync<PromoPreview>();
        var csv = await admin.Http.GetStringAsync($"/internal/promos/preview.csv?draft={Uri.EscapeDataString(JsonSerializer.Serialize(draft, WireJson.Options))}");
        var lines = csv.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(preview.UserCount, lines.Length - 1);
        Assert.Contains($"{customer.Id},\"{customer.Email}\",1,100000,7777", lines);
        // A welcome in tiers comes with a top-up, not with the confirmed address.
        var tiered = draft with { Type = PromoType.NewUserBonus, Value = 0, Code = null, MinDeposit = null, Tiers = [new PromoTier(100_000, 7_777)] };
        Assert.InRange((await admin.Http.PostAsync("/internal/promos/preview", tiered).ReadAsync<PromoPreview>()).Cost, 7_777, long.MaxValue);
        await admin.Http.GetAsync("/internal/promos/preview.csv?draft=%7B%22name%22").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await admin.Http.GetAsync("/internal/promos/preview.csv?draft=%7B%7D").RefusedAsync(422, ProblemCodes.ValidationFailed);
        await customer.Http.GetAsync("/internal/promos/preview.csv?draft=%7B%7D").RefusedAsync(403, ProblemCodes.Forbidden);
    }

    [Fact]
    public async Task Every_change_is_a_version_with_its_admin_and_on_record()
    {
        var admin = await api.Host.NewAdminAsync();
        var made = await CreateAsync(admin, Bonus(NewCode()) with { EndDate = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        var path = $"/internal/promos/{made.Id}";
        var changed = await Patch("""{"value": 12000, "endDate": null}""").ReadAsync<AdminPromo>();
        Assert.Equal((12_000, null, 100_000, 2), (changed.Value, changed.EndDate, changed.MinDeposit, changed.Version));
        Assert.Equal(PromoStatus.Off, (await Patch("""{"isActive": false, "version": 2}""").ReadAsync<AdminPromo>()).Status);
        await Patch("""{"isActive": true, "version": 2}""").RefusedAsync(409, ProblemCodes.VersionConflict);
        var refused = await Patch("""{"type": "DEPOSIT_CASHBACK"}""").RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal(["type"], refused.Errors!.Keys);
        await Patch("""{"name": null}""").RefusedAsync(400, ProblemCodes.MalformedBody);
        await Patch("""{"value": "banyak"}""").RefusedAsync(400, ProblemCodes.MalformedBody);
        await Patch("[1]").RefusedAsync(400, ProblemCodes.MalformedBody);

        var versions = (await admin.Http.GetAsync(path + "/versions").ReadAsync<Page<PromoVersion>>()).Items;
        Assert.Equal([3, 2, 1], versions.Select(version => version.Version));
        Assert.Equal([12_000, 12_000, 10_000], versions.Select(version => version.Fields.Value));
        Assert.All(versions, version => Assert.Equal(($"admin:{admin.Id}", admin.Email), (version.Actor, version.ActorEmail)));
        var audit = (await admin.Http.GetAsync($"/internal/audit?subject=promo:{made.Id}").ReadAsync<Page<AuditEntry>>()).Items.Select(entry => entry.Action);
        // Each after its intent; what was refused by its fields or its version meant nothing yet.
        Assert.Equal(
            ["promo.changed", "promo.change_requested", "promo.changed", "promo.change_requested", "promo.created", "promo.change_requested"], audit);

        Task<HttpResponseMessage> Patch(string body) => admin.Http.SendJsonAsync(HttpMethod.Patch, path, body);
    }

    /// <summary>A welcome with channels, as it was stored before such ones were refused: given with the confirmed address, it asks nobody how they paid.</summary>
    [Fact]
    public async Task Channels_that_were_stored_before_they_were_refused_hinder_no_other_change()
    {
        var admin = await api.Host.NewAdminAsync();
        var id = Guid.NewGuid().ToString("n");
        // Switched off: it would be given to everybody whom other tests confirm.
        var old = new Webrana.Contracts.Promos.PromoDefinition
        {
            Name = "Selamat datang", Type = Webrana.Contracts.Promos.PromoType.NewUserBonus, ValueType = Webrana.Contracts.Promos.PromoValueType.Fixed, Value = 10_000,
            BonusExpiryDays = 30, Channels = ["QRIS"], IsActive = false,
        };
        var stored = await api.Host.Cluster.GetGrain<Webrana.Contracts.Promos.IPromoGrain>(Webrana.Contracts.GrainKeys.Promo(id)).Create(new(old, $"admin:{admin.Id}"));
        Assert.True(stored.IsOk, stored.ToString());

        var renamed = await Patch("""{"name": "Selamat datang lagi"}""").ReadAsync<AdminPromo>();
        Assert.Equal(("Selamat datang lagi", "QRIS"), (renamed.Name, Assert.Single(renamed.PaymentMethods)));
        var others = await Patch("""{"paymentMethods": ["QRIS", "BRIVA"]}""").RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal(["paymentMethods"], others.Errors!.Keys);
        // With a least top-up it asks; without one it would ask no more, and this time somebody is there to be told.
        Assert.Equal(50_000, (await Patch("""{"minDeposit": 50000}""").ReadAsync<AdminPromo>()).MinDeposit);
        var undone = await Patch("""{"minDeposit": null}""").RefusedAsync(422, ProblemCodes.ValidationFailed);
        Assert.Equal(["paymentMethods"], undone.Errors!.Keys);
        Assert.Empty((await Patch("""{"minDeposit": null, "paymentMethods": []}""").ReadAsync<AdminPromo>()).PaymentMethods);

        Task<HttpResponseMessage> Patch(string body) => admin.Http.SendJsonAsync(HttpMethod.Patch, $"/internal/promos/{id}", body);
    }

    [Fact]
    public async Task Lists_say_what_is_on_and_hide_what_is_archived()
    {
        var admin = await api.Host.NewAdminAsync();
        var soon = await CreateAsync(admin, Bonus(NewCode()) with { StartDate = TimeProvider.System.GetUtcNow().AddDays(9) });
        var ended = await CreateAsync(admin, Bonus(NewCode()) with { EndDate = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        Assert.Equal((PromoStatus.Soon, PromoStatus.Ended), (soon.Status, ended.Status));
        Assert.Contains(await Ids("?status=SOON"), id => id == soon.Id);
        Assert.DoesNotContain(await Ids("?status=SOON"), id => id == ended.Id);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{soon.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{soon.Id}", null).ExpectAsync(HttpStatusCode.NoContent);
        Assert.DoesNotContain(await Ids(""), id => id == soon.Id);
        Assert.Contains(await Ids("?status=ARCHIVED"), id => id == soon.Id);
        await admin.Http.GetAsync("/internal/promos?status=ANY").RefusedAsync(422, ProblemCodes.ValidationFailed);
        foreach (var path in new[] { "nobody", "NOT A KEY" })
        {
            await admin.Http.GetAsync($"/internal/promos/{path}").RefusedAsync(404, ProblemCodes.NotFound);
            await admin.Http.GetAsync($"/internal/promos/{path}/usage").RefusedAsync(404, ProblemCodes.NotFound);
            await admin.Http.GetAsync($"/internal/promos/{path}/usage.csv").RefusedAsync(404, ProblemCodes.NotFound);
            await admin.Http.GetAsync($"/internal/promos/{path}/versions").RefusedAsync(404, ProblemCodes.NotFound);
            await admin.Http.SendJsonAsync(HttpMethod.Delete, $"/internal/promos/{path}", null).RefusedAsync(404, ProblemCodes.NotFound);
        }

        async Task<IEnumerable<string>> Ids(string query) => (await admin.Http.GetAsync("/internal/promos" + query).ReadAsync<Page<AdminPromo>>()).Items.Select(promo => promo.Id);
    }

    [Fact]
    public async Task A_repeated_creation_is_one_promo_and_a_code_belongs_to_one()
    {
        var admin = await api.Host.NewAdminAsync();
        var (key, fields) = (Guid.NewGuid().ToString("n"), Bonus(NewCode()));
        var first = await CreateAsync(admin, fields, key);
        Assert.Equal(first.Id, (await CreateAsync(admin, fields, key)).Id);
        await admin.Http.PostAsync("/internal/promos", fields with { Value = 1 }, key).RefusedAsync(422, ProblemCodes.IdempotencyKeyReused);
        await admin.Http.PostAsync("/internal/promos", fields with { Code = fields.Code!.ToLowerInvariant() }).RefusedAsync(409, ProblemCodes.CodeTaken);
        Assert.False(first.IsPublic);
        var codes = new HashSet<string>();
        for (var n = 0; n < 20; n++) codes.Add((await admin.Http.PostAsync("/internal/promos/code").ReadAsync<GeneratedCode>()).Code);
        Assert.Equal(20, codes.Count);
        Assert.All(codes, code => Assert.Matches("^[A-HJ-NP-Z2-9]{12}$", code));
    }

    public static TheoryData<string, string> Slips => new()
    {
        { "name", """{"name": " "}""" }, { "code", """{"code": "a b"}""" }, { "value", """{"value": 0}""" }, { "value", """{"valueType": "PERCENTAGE", "value": 101}""" },
        { "maxDiscount", """{"maxDiscount": 5000}""" }, { "minDeposit", """{"minDeposit": -1}""" }, { "maxUsageTotal", """{"maxUsageTotal": 0}""" },
        { "maxUsagePerUser", """{"maxUsagePerUser": 1001}""" }, { "endDate", """{"startDate": "2027-01-02T00:00:00Z", "endDate": "2027-01-01T00:00:00Z"}""" },
        { "budget", """{"budget": 0}""" }, { "bonusExpiryDays", """{"bonusExpiryDays": 3651}""" }, { "bonusExpiryDays", """{"type": "DEPOSIT_CASHBACK", "bonusExpiryDays": 3}""" },
        { "paymentMethods", """{"paymentMethods": ["QR IS"]}""" },
        { "paymentMethods", """{"type": "REFERRAL_BONUS", "paymentMethods": ["QRIS"]}""" },
        { "paymentMethods", """{"type": "NEW_USER_BONUS", "minDeposit": null, "paymentMethods": ["QRIS"]}""" },
        { "value", """{"tiers": [{"minDeposit": 1, "value": 1}]}""" },
        { "tiers", """{"value": 0, "tiers": [{"minDeposit": 2, "value": 2}, {"minDeposit": 1, "value": 3}]}""" }, { "priority", """{"priority": -1}""" },
        { "refereeValue", """{"refereeValue": 5}""" }, { "code", """{"type": "REFERRAL_BONUS", "code": "TEMAN"}""" },
        { "forNewUsersOnly", """{"type": "REFERRAL_BONUS", "code": null, "forNewUsersOnly": true}""" },
        { "valueType", """{"type": "NEW_USER_BONUS", "valueType": "PERCENTAGE", "value": 5, "minDeposit": null}""" },
        { "monthlyCapPerReferrer", """{"monthlyCapPerReferrer": 0}""" },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public async Task A_field_that_cannot_be_used_is_named_and_nothing_is_made(string field, string slip)
    {
        var admin = await api.Host.NewAdminAsync();
        var body = System.Text.Json.JsonSerializer.SerializeToNode(Bonus(null), WireJson.Options)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(slip)!.AsObject()) body[name] = value?.DeepClone();
        foreach (var path in new[] { "/internal/promos", "/internal/promos/preview" })
        {
            var refused = await admin.Http.PostAsync(path, body.ToJsonString()).RefusedAsync(422, ProblemCodes.ValidationFailed);
            Assert.Contains(field, refused.Errors!.Keys);
        }
    }

    [Fact]
    public async Task The_least_a_script_sends_is_enough()
    {
        var admin = await api.Host.NewAdminAsync();
        var made = await admin.Http.PostAsync("/internal/promos", $$"""{"name":"Sedikit","code":"{{NewCode()}}","type":"DEPOSIT_CASHBACK","valueType":"PERCENTAGE","value":5}""")
            .ReadAsync<AdminPromo>(HttpStatusCode.Created);
        Assert.Equal((1, true, PromoStatus.On, false, null), (made.MaxUsagePerUser, made.IsActive, made.Status, made.ForNewUsersOnly, made.BonusExpiryDays));
    }

    [Theory]
    [InlineData(typeof(Webrana.Contracts.Promos.PromoType), typeof(PromoType))]
    [InlineData(typeof(Webrana.Contracts.Promos.PromoValueType), typeof(PromoValueType))]
    [InlineData(typeof(Webrana.Contracts.Promos.PromoStatus), typeof(PromoStatus))]
    [InlineData(typeof(Webrana.Contracts.Promos.ReferralStage), typeof(ReferralStatus))]
    [InlineData(typeof(Webrana.Contracts.Promos.ReferralDoubt), typeof(ReferralDoubt))]
    [InlineData(typeof(Webrana.Contracts.Deposits.DepositBonusState), typeof(DepositPromoStatus))]
    public void The_wire_names_every_value_of_the_contracts(Type contract, Type wire) => Assert.Equal(Enum.GetNames(contract), Enum.GetNames(wire));
}

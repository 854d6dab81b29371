using System.Net;
using Npgsql;
using Webrana.Api.Tests.Support;
using Webrana.Testing;
using Webrana.Wire.Promos;

namespace Webrana.Api.Tests.Promos;

/// <summary>Steps of promo tests.</summary>
static class PromoTestKit
{
    public static string NewCode() => $"UJI-{Guid.NewGuid():n}"[..16].ToUpperInvariant();

    public static PromoFields Bonus(string? code) => new("Bonus uji", PromoType.DepositBonus, PromoValueType.Fixed, 10_000, code, MinDeposit: 100_000, BonusExpiryDays: 30);

    public static Task<AdminPromo> CreateAsync(TestUser admin, PromoFields fields, string? key = null) =>
        admin.Http.PostAsync("/internal/promos", fields, key).ReadAsync<AdminPromo>(HttpStatusCode.Created);

    public static Task<HttpResponseMessage> AskAsync(TestUser customer, long amount, string? code = null, string? method = "BRIVA") =>
        customer.Http.PostAsync("/api/v1/promos/validate", new ValidatePromoRequest(amount, method, code));

    /// <summary>All tests come from one address: each starts with its ten tries.</summary>
    public static async Task ForgetAttemptsAsync(ApiHost host)
    {
        await using var command = host.Sources.Queries.CreateCommand("DELETE FROM promo_code_attempts");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The failed codes of the whole table began this long ago.</summary>
    public static async Task AgeAttemptsAsync(ApiHost host, TimeSpan by)
    {
        await using var command = host.Sources.Queries.CreateCommand("UPDATE promo_code_attempts SET window_started_at = window_started_at - $1");
        command.Parameters.Add(new NpgsqlParameter { Value = by });
        await command.ExecuteNonQueryAsync();
    }
}

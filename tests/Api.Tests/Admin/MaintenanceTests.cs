using System.Net;
using Webrana.Api.Tests.Support;
using Webrana.Wire;
using Webrana.Wire.Admin;
using Webrana.Wire.Shop;

namespace Webrana.Api.Tests.Admin;

/// <summary>A banner without a stop (ADR 58). There is one for the whole shop: nobody else in the collection sets it.</summary>
[Collection(ApiCollection.Name)]
public sealed class MaintenanceTests(SharedApi api)
{
    ApiHost Host => api.Host;

    [Fact]
    public async Task An_announcement_stops_nothing_is_shown_in_its_window_alone_and_each_change_has_its_reason()
    {
        var admin = (await Host.NewAdminAsync()).Http;
        var now = TimeProvider.System.GetUtcNow();
        Task<IReadOnlyList<MaintenanceNotice>> ShownAsync() => ItemsAsync(Host.Anonymous());
        await admin.PostAsync("/internal/maintenance/end", new DeskActRequest("Tidak ada")).RefusedAsync(404, ProblemCodes.NotFound);

        var planned = new SetMaintenanceRequest("Sabtu dimulai ulang", "Restart on Saturday", now.AddHours(1), now.AddHours(2), "Versi baru");
        foreach (var wrong in new[]
        {
            planned with { MessageEn = " " }, planned with { Until = planned.From }, planned with { From = now.AddHours(-2), Until = now.AddHours(-1) },
            planned with { Until = planned.From.AddDays(32) }, planned with { Reason = "" },
        })
            await admin.SendJsonAsync(HttpMethod.Put, "/internal/maintenance", wrong).RefusedAsync(422, ProblemCodes.ValidationFailed);

        await admin.SendJsonAsync(HttpMethod.Put, "/internal/maintenance", planned).ExpectAsync(HttpStatusCode.OK);
        Assert.Empty(await ShownAsync());
        await admin.SendJsonAsync(HttpMethod.Put, "/internal/maintenance", planned with { From = now.AddMinutes(-1), Reason = "Lebih awal" }).ExpectAsync(HttpStatusCode.OK);
        Assert.Equal("Restart on Saturday", Assert.Single(await ShownAsync()).MessageEn);
        Assert.Equal("Lebih awal", (await admin.GetAsync("/internal/maintenance").ReadAsync<MaintenanceState>()).Reason);
        Assert.All((await admin.GetAsync("/internal/switches").ReadAsync<Page<ShopSwitchState>>()).Items, one => Assert.False(one.Stopped));
        await admin.PostAsync("/internal/maintenance/end", new DeskActRequest("Selesai")).ExpectAsync(HttpStatusCode.OK);
        Assert.Empty(await ShownAsync());
        Assert.Equal(
            "maintenance.set Versi baru,maintenance.set Lebih awal,maintenance.ended Selesai",
            await Host.Database.ScalarAsync<string>("select string_agg(action || ' ' || reason, ',' order by id) from audit_log where subject = 'switch:maintenance'"));
    }

    static async Task<IReadOnlyList<MaintenanceNotice>> ItemsAsync(HttpClient http) =>
        (await http.GetAsync("/api/v1/notices/maintenance").ReadAsync<Page<MaintenanceNotice>>()).Items;
}

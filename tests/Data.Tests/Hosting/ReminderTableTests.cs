using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Webrana.Data.Hosting;

namespace Webrana.Data.Tests.Hosting;

/// <summary>Our reminder SQL: nothing that is due soon may be missed, and the distant future is not read.</summary>
public sealed class ReminderTableTests(MigratedDatabase database) : IClassFixture<MigratedDatabase>, IAsyncLifetime
{
    private InProcessTestCluster? _cluster;

    private IReminderTable Table => _cluster!.Silos[0].ServiceProvider.GetRequiredService<IReminderTable>();

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.UseWebranaStorage(database.Sources));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public ValueTask DisposeAsync() => _cluster!.DisposeAsync();

    [Fact]
    public async Task Range_reads_answer_what_starts_within_twenty_minutes_and_no_less()
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        // Orleans keeps in memory what is due within 10 minutes and reads again every 5: what starts within 20 must be in the answer.
        foreach (var minutes in new[] { -600, 0, 9, 15, 19, 21, 60 })
        {
            await Table.UpsertRow(Entry($"probe:{minutes}", now + TimeSpan.FromMinutes(minutes)));
        }

        string[] wanted = ["probe:-600", "probe:0", "probe:15", "probe:19", "probe:9"];
        Assert.Equal(wanted, await Keys(0, 0)); // the full ring
        var upper = await Keys(0, int.MaxValue);
        var lower = await Keys(int.MaxValue, 0); // wraps around
        Assert.Equal(wanted, upper.Concat(lower).Order(StringComparer.Ordinal));

        // A single reminder is found whenever it starts.
        Assert.NotNull(await Table.ReadRow(GrainId.Create("probe", "probe:60"), "alarm"));
        Assert.Single((await Table.ReadRows(GrainId.Create("probe", "probe:21"))).Reminders);

        // The filter lives on business time: an hour on, the rest is in.
        await database.Database.ExecuteAsync("UPDATE business_clock SET offset_ms = 3600000, version = version + 1");
        Assert.Contains("probe:60", await Keys(0, 0));
        await database.Database.ExecuteAsync("UPDATE business_clock SET offset_ms = 0, version = version + 1");
    }

    [Fact]
    public async Task Removing_needs_the_version_that_was_read()
    {
        var entry = Entry("probe:remove", TimeProvider.System.GetUtcNow().UtcDateTime);
        var first = await Table.UpsertRow(entry);
        var second = await Table.UpsertRow(entry);
        Assert.NotEqual(first, second);
        Assert.False(await Table.RemoveRow(entry.GrainId, entry.ReminderName, first!));
        Assert.True(await Table.RemoveRow(entry.GrainId, entry.ReminderName, second!));
        Assert.Null(await Table.ReadRow(entry.GrainId, entry.ReminderName));
    }

    private static ReminderEntry Entry(string key, DateTime start) => new()
    {
        GrainId = GrainId.Create("probe", key),
        ReminderName = "alarm",
        StartAt = start,
        Period = TimeSpan.FromMinutes(5),
    };

    private async Task<List<string>> Keys(uint begin, uint end) =>
        [.. (await Table.ReadRows(begin, end)).Reminders.Select(row => row.GrainId.Key.ToString()!).Where(key => key != "probe:remove").Order(StringComparer.Ordinal)];
}

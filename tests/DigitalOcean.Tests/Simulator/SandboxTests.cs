using System.Text.Json.Nodes;
using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean;
using Webrana.Sandbox.DigitalOcean.Http;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class SandboxTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_burst_window_is_250_a_minute_and_frees_as_requests_age()
    {
        await using var rig = await Rig.StartAsync();
        for (var index = 0; index < 250; index++)
            rig.Clock.Advance(TimeSpan.FromMilliseconds((await rig.RawAsync("GET", "/v2/regions?per_page=1")).Status == 200 ? 100 : 1_000_000));

        // 25 seconds have passed: the first request leaves its minute in 35.
        var refused = await rig.RawAsync("GET", "/v2/account");
        Assert.Equal((429, "35", "0"), (refused.Status, refused.Headers["retry-after"], refused.Headers["ratelimit-remaining"]));
        Assert.Equal("too_many_requests", refused.Json.GetProperty("id").GetString());
        rig.Clock.Advance(TimeSpan.FromSeconds(35));
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/account")).Status);
        Assert.Equal(429, (await rig.RawAsync("GET", "/v2/account")).Status);
    }

    [Fact]
    public async Task The_hourly_window_slides_and_every_answer_tells_it()
    {
        await using var rig = await Rig.StartAsync();
        await rig.RawAsync("POST", "/_sandbox/settings", new { requestsPerHour = 3 });
        var first = await rig.RawAsync("GET", "/v2/account");
        Assert.Equal(("3", "2"), (first.Headers["ratelimit-limit"], first.Headers["ratelimit-remaining"]));
        Assert.Equal($"{Rig.Start.AddHours(1).ToUnixTimeSeconds()}", first.Headers["ratelimit-reset"]);
        rig.Clock.Advance(TimeSpan.FromMinutes(30));
        await rig.RawAsync("GET", "/v2/droplets/1");
        await rig.RawAsync("DELETE", "/v2/droplets/1");
        Assert.Equal("1800", (await rig.RawAsync("GET", "/v2/account")).Headers["retry-after"]);
        rig.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal("0", (await rig.RawAsync("GET", "/v2/account")).Headers["ratelimit-remaining"]);
        Assert.Equal(429, (await rig.RawAsync("GET", "/v2/account")).Status);
        Assert.Contains("ratelimit-limit", (await rig.RawAsync("GET", "/v2/account", token: "wrong")).Headers.Keys);
    }

    [Fact]
    public async Task Keys_are_listed_ten_times_a_minute_at_most()
    {
        await using var rig = await Rig.StartAsync();
        for (var index = 0; index < 10; index++)
            Assert.Equal(200, (await rig.RawAsync("GET", "/v2/account/keys")).Status);
        Assert.Equal(429, (await rig.RawAsync("GET", "/v2/account/keys")).Status);
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/account")).Status);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/account/keys")).Status);
    }

    [Fact]
    public async Task State_survives_a_restart_with_actions_faults_of_droplets_clock_and_settings()
    {
        var folder = Directory.CreateTempSubdirectory("dosim-");
        try
        {
            var file = Path.Combine(folder.FullName, "deeper", "state.json");
            long id;
            await using (var rig = await Rig.StartAsync(options => options.StateFile = file))
            {
                id = (await rig.CreateAsync()).Value().Droplet.Id;
                rig.Simulator.MoveClock(TimeSpan.FromDays(30));
                await rig.RawAsync("POST", "/_sandbox/settings", new { dropletLimit = 1 });
            }
            await using (var rig = await Rig.StartAsync(options => (options.StateFile, options.Tokens) = (file, ["another-token", "second"])))
            {
                Assert.Equal(DropletStatus.New, (await rig.Client.GetDropletAsync(id, Stop)).Value().Status);
                rig.FinishActions();
                Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Value().IsReady);
                Assert.True((await rig.CreateAsync()).Refusal().IsDropletLimit);
                Assert.StartsWith("2026-10-01", (await rig.RawAsync("GET", "/_sandbox/clock")).Json.GetProperty("now").GetString(), StringComparison.Ordinal);
                Assert.Empty((await rig.ClientFor("second").ListAllDropletsAsync(cancellationToken: Stop)).Value());
            }
            Assert.Equal(["state.json"], Directory.GetFiles(Path.GetDirectoryName(file)!).Select(Path.GetFileName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_state_from_before_backups_had_a_day_and_an_hour_keeps_them_and_those_that_are_being_switched_on()
    {
        var folder = Directory.CreateTempSubdirectory("dosim-");
        try
        {
            var file = Path.Combine(folder.FullName, "state.json");
            long taken, starting;
            await using (var rig = await Rig.StartAsync(options => options.StateFile = file))
            {
                (taken, starting) = ((await rig.CreateActiveAsync()).Id, (await rig.CreateActiveAsync(Rig.Wish("web-02"))).Id);
                var weekly = DropletActionRequest.EnableBackupsBy(new BackupPolicy("weekly", "SAT", 16));
                await rig.DoAsync(taken, weekly);
                (await rig.Client.StartActionAsync(starting, weekly, cancellationToken: Stop)).Value();
            }

            var state = JsonNode.Parse(File.ReadAllText(file))!;
            var account = state["accounts"]![0]!;
            foreach (var record in account["droplets"]!.AsArray().Concat(account["actions"]!.AsArray()).Where(record => record!["backups"] is not null))
            {
                Assert.True(record!.AsObject().Remove("backups"));
                Assert.DoesNotContain("backupPlan", record.ToJsonString(), StringComparison.Ordinal);
                record["backupPlan"] = "weekly";
            }

            File.WriteAllText(file, state.ToJsonString());
            await using var next = await Rig.StartAsync(options => options.StateFile = file);
            Assert.Equal(new BackupPolicy("weekly", "SUN", 0), (await next.Client.GetBackupSetupAsync(taken, Stop)).Value().BackupPolicy);
            next.Clock.Advance(TimeSpan.FromHours(1));
            Assert.Equal(new BackupPolicy("weekly", "SUN", 0), (await next.Client.GetBackupSetupAsync(starting, Stop)).Value().BackupPolicy);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_was_answered_is_kept_even_when_the_process_dies_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("dosim-");
        try
        {
            var file = Path.Combine(folder.FullName, "state.json");
            await using var dying = await Rig.StartAsync(options => options.StateFile = file);
            dying.Inject(FaultKinds.DropAfterEffect);
            await dying.CreateAsync(Rig.Wish(tag: "svc-dropped"));
            var kept = File.ReadAllBytes(file);

            // As it lay on the disk then, opened by another process.
            var copy = Path.Combine(folder.FullName, "copy.json");
            File.WriteAllBytes(copy, kept);
            await using var next = await Rig.StartAsync(options => options.StateFile = copy);
            Assert.Single((await next.Client.ListAllDropletsAsync("svc-dropped", Stop)).Value());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_clock_goes_forward_only_and_does_not_hurry_actions()
    {
        await using var rig = await Rig.StartAsync();
        var created = (await rig.CreateAsync()).Value();
        Assert.Equal(200, (await rig.RawAsync("POST", "/_sandbox/clock", new { offsetMs = 86_400_000 })).Status);
        Assert.Equal(200, (await rig.RawAsync("POST", "/_sandbox/clock", new { offsetMs = 86_400_000 })).Status);
        Assert.Equal(422, (await rig.RawAsync("POST", "/_sandbox/clock", new { offsetMs = 1 })).Status);
        Assert.Throws<ArgumentOutOfRangeException>(() => rig.Simulator.MoveClock(TimeSpan.FromSeconds(-1)));

        Assert.Equal(ActionStatus.InProgress, (await rig.Client.GetActionAsync(created.CreateActionId!.Value, Stop)).Value().Status);
        Assert.Equal(created.Droplet.CreatedAt.AddDays(1), (await rig.CreateAsync()).Value().Droplet.CreatedAt);
    }

    [Fact]
    public async Task Shorter_actions_apply_to_those_that_run_already()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateAsync()).Value().Droplet.Id;
        Assert.Equal(200, (await rig.RawAsync("POST", "/_sandbox/settings", new { actionSeconds = 0 })).Status);
        Assert.True((await rig.Client.GetDropletAsync(id, Stop)).Value().IsReady);
    }

    [Theory]
    [InlineData("""{"actionSeconds":-1}""", 422)]
    [InlineData("""{"actionSeconds":"soon"}""", 400)]
    [InlineData("""{"requestsPerMinute":0}""", 422)]
    [InlineData("[]", 400)]
    public async Task Settings_that_make_no_sense_change_nothing(string body, int status)
    {
        await using var rig = await Rig.StartAsync();
        var before = (await rig.RawAsync("GET", "/_sandbox/settings")).Text;
        Assert.Equal(status, (await rig.RawAsync("POST", "/_sandbox/settings", body)).Status);
        Assert.Equal(before, (await rig.RawAsync("GET", "/_sandbox/settings")).Text);
    }

    [Fact]
    public async Task Requests_are_counted_by_template_minute_and_status_the_dropped_ones_too()
    {
        await using var rig = await Rig.StartAsync();
        await rig.RawAsync("GET", "/v2/droplets/1");
        await rig.RawAsync("GET", "/v2/droplets/2");
        rig.Inject(FaultKinds.DropAfterEffect);
        await rig.CreateAsync();

        var counts = (await rig.RawAsync("GET", "/_sandbox/requests")).Json.EnumerateArray()
            .Select(one => (one.GetProperty("method").GetString(), one.GetProperty("path").GetString(), one.GetProperty("minute").GetString(), one.GetProperty("status").GetInt32(), one.GetProperty("count").GetInt32()));
        Assert.Equal(
            [("POST", "/v2/droplets", "2026-09-01T08:00:00Z", 0, 1), ("GET", "/v2/droplets/{id}", "2026-09-01T08:00:00Z", 404, 2)],
            counts);
        Assert.Equal(204, (await rig.RawAsync("DELETE", "/_sandbox/requests")).Status);
        Assert.Equal("[]", (await rig.RawAsync("GET", "/_sandbox/requests")).Text);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://192.0.2.1:0")]
    [InlineData("http://example.com:80")]
    public async Task It_listens_on_loopback_only(string urls)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => DigitalOceanSimulator.StartAsync(new DigitalOceanSimulatorOptions { Urls = urls }));
    }

    [Fact]
    public async Task A_foreign_host_name_is_not_served()
    {
        await using var rig = await Rig.StartAsync();
        using var http = new HttpClient { BaseAddress = rig.Simulator.BaseUrl };
        http.DefaultRequestHeaders.Host = "evil.example";
        Assert.Equal(421, (int)(await http.GetAsync("/_sandbox/droplets", Stop)).StatusCode);
    }

    [Fact]
    public async Task A_person_finds_a_page_with_the_droplets_and_the_faults_and_a_script_finds_it_ready()
    {
        await using var rig = await Rig.StartAsync();
        var page = await rig.RawAsync("GET", "/");
        Assert.StartsWith("text/html", page.Headers["content-type"], StringComparison.Ordinal);
        Assert.All(FaultKinds.All, kind => Assert.Contains(kind, page.Text, StringComparison.Ordinal));
        Assert.Equal("ready", (await rig.RawAsync("GET", "/health/ready")).Json.GetProperty("status").GetString());
        await rig.CreateActiveAsync();
        Assert.Equal(1, (await rig.RawAsync("GET", "/_sandbox/droplets")).Json.GetArrayLength());
        Assert.Equal(1, (await rig.RawAsync("GET", "/_sandbox/actions")).Json.GetArrayLength());
    }

    [Fact]
    public async Task An_empty_answer_still_names_a_content_type()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync()).Id;
        var deleted = await rig.RawAsync("DELETE", $"/v2/droplets/{id}");
        Assert.Equal((204, "", true), (deleted.Status, deleted.Text, deleted.Headers["content-type"].StartsWith("application/json", StringComparison.Ordinal)));
    }
}

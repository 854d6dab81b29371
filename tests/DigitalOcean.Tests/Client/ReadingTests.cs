using Microsoft.AspNetCore.Http;
using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Client;

/// <summary>The provider varies its answers; what is readable must be read.</summary>
public sealed class ReadingTests
{
    const string WholeDroplet = """
        {"id":551384349,"name":"web-01","memory":1024,"vcpus":1,"disk":25,"disk_info":[{"type":"local","size":{"amount":25,"unit":"gib"}}],
         "locked":false,"status":"active","kernel":null,"created_at":"2026-02-13T06:37:13Z","features":["droplet_agent","monitoring"],
         "backup_ids":[],"next_backup_window":null,"snapshot_ids":[7000000001],"volume_ids":[],
         "image":{"id":195932981,"name":"24.04 (LTS) x64","distribution":"Ubuntu","slug":"ubuntu-24-04-x64","public":true,"regions":["nyc3"],
           "created_at":"2025-08-08T15:11:27Z","min_disk_size":7,"type":"base","size_gigabytes":3.76,"description":"x","tags":[],"status":"available"},
         "size":{"slug":"s-1vcpu-1gb","memory":1024,"vcpus":1,"disk":25,"transfer":1.0,"price_monthly":6.0,"price_hourly":0.00893,
           "regions":["nyc3"],"available":true,"description":"Basic","networking_throughput":2000},
         "size_slug":"s-1vcpu-1gb","something_new":{"deep":[1,2,3]},
         "networks":{"v4":[{"ip_address":"10.10.0.2","netmask":"255.255.240.0","gateway":"<nil>","type":"private"},
                           {"ip_address":"203.0.113.9","netmask":"255.255.240.0","gateway":"203.0.113.1","type":"public"}],
                     "v6":[{"ip_address":"2001:db8::a001","netmask":64,"gateway":"2001:db8::1","type":"public"}]},
         "region":{"name":"New York 3","slug":"nyc3","features":["backups"],"available":true,"sizes":["s-1vcpu-1gb"]},
         "tags":["svc-1"],"vpc_uuid":"760e09ef-dc84-11e8-981e-3cfdfeaae000"}
        """;

    const string BareDroplet = """{"id":1,"status":"new","created_at":"2026-02-13T06:37:13Z","networks":{"v4":[],"v6":[]}}""";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static async Task<ProviderResult<T>> ReadAsync<T>(string body, Func<DigitalOceanClient, Task<ProviderResult<T>>> call, int status = 200)
    {
        await using var stub = await StubProvider.AnsweringAsync(status, body);
        return await call(stub.Client);
    }

    static Task<ProviderResult<Droplet>> DropletOf(string droplet) => ReadAsync($$"""{"droplet":{{droplet}}}""", client => client.GetDropletAsync(1, Stop));

    [Fact]
    public async Task A_droplet_is_read_whole_and_unknown_members_are_skipped()
    {
        var droplet = (await DropletOf(WholeDroplet)).Value();

        Assert.Equal(551384349, droplet.Id);
        Assert.Equal(DropletStatus.Active, droplet.Status);
        Assert.Equal(new DateTimeOffset(2026, 2, 13, 6, 37, 13, TimeSpan.Zero), droplet.CreatedAt);
        Assert.Equal([7_000_000_001], droplet.SnapshotIds);
        Assert.Equal("ubuntu-24-04-x64", droplet.Image!.Slug);
        Assert.Equal(6.0m, droplet.Size!.PriceMonthly);
        Assert.Equal(["svc-1"], droplet.Tags);
        Assert.True(droplet.IsReady);
    }

    [Fact]
    public async Task The_public_address_is_picked_by_type_because_the_private_one_comes_first()
    {
        var droplet = (await DropletOf(WholeDroplet)).Value();
        Assert.Equal("203.0.113.9", droplet.PublicIPv4);
        Assert.Equal("2001:db8::a001", droplet.PublicIPv6);
        Assert.Equal(64, droplet.Networks.V6[0].Netmask);
    }

    [Fact]
    public async Task A_gateway_that_reads_nil_is_no_gateway()
    {
        var droplet = (await DropletOf(WholeDroplet)).Value();
        Assert.Null(droplet.Networks.V4[0].Gateway);
        Assert.Equal("203.0.113.1", droplet.Networks.V4[1].Gateway);
    }

    [Fact]
    public async Task A_droplet_of_a_202_has_no_vpc_no_networks_and_is_not_ready()
    {
        var droplet = (await DropletOf(BareDroplet)).Value();
        Assert.Null(droplet.VpcUuid);
        Assert.Null(droplet.PublicIPv4);
        Assert.False(droplet.IsReady);
    }

    [Fact]
    public async Task Active_without_a_public_address_is_not_ready()
    {
        var droplet = (await DropletOf(BareDroplet.Replace("new", "active", StringComparison.Ordinal))).Value();
        Assert.Equal(DropletStatus.Active, droplet.Status);
        Assert.False(droplet.IsReady);
    }

    [Fact]
    public async Task Null_lists_and_objects_read_as_empty()
    {
        var droplet = (await DropletOf(
            """{"id":1,"name":null,"status":"off","created_at":"2026-02-13T06:37:13Z","tags":null,"features":null,"networks":null,"image":null,"region":null}""")).Value();
        Assert.Empty(droplet.Tags);
        Assert.Empty(droplet.Networks.V4);
        Assert.Equal("", droplet.Name);
    }

    [Fact]
    public async Task A_status_that_is_not_known_yet_does_not_make_the_droplet_unreadable()
    {
        Assert.Equal(DropletStatus.Unknown, (await DropletOf(BareDroplet.Replace("new", "hibernated", StringComparison.Ordinal))).Value().Status);
    }

    [Theory]
    [InlineData("""{"droplets":[],"links":{},"meta":{"total":0}}""", false)]
    [InlineData("""{"droplets":[],"links":{"pages":{}},"meta":{"total":0}}""", false)]
    [InlineData("""{"droplets":[],"meta":{"total":0}}""", false)]
    [InlineData("""{"droplets":[]}""", false)]
    [InlineData("""{"droplets":[D],"links":null,"meta":null}""", false)]
    [InlineData("""{"droplets":[D],"links":{},"meta":{"total":1}}""", false)]
    [InlineData("""{"droplets":[D],"links":{"pages":{"first":"https://a/?page=1","prev":"https://a/?page=1"}},"meta":{"total":1}}""", false)]
    [InlineData("""{"droplets":[D],"links":{"pages":{"next":"https://elsewhere.test/v2/droplets?page=2"}},"meta":{"total":9}}""", true)]
    [InlineData("""{"droplets":[D],"links":{},"meta":{"total":201}}""", true)]
    public async Task Links_are_read_in_all_their_forms(string body, bool hasMore)
    {
        var page = (await ReadAsync(body.Replace("D", BareDroplet, StringComparison.Ordinal), client => client.ListDropletsAsync(PageRequest.First, null, Stop))).Value();
        Assert.Equal(hasMore, page.HasMore);
    }

    [Fact]
    public async Task All_pages_are_read_and_what_shifted_between_them_is_kept_once()
    {
        static string Page(int first, bool more)
        {
            var droplets = Enumerable.Range(first, 2).Select(id => BareDroplet.Replace("\"id\":1", $"\"id\":{id}", StringComparison.Ordinal));
            var links = more ? """{"pages":{"next":"x"}}""" : "{}";
            return $$$"""{"droplets":[{{{string.Join(',', droplets)}}}],"links":{{{links}}},"meta":{"total":5}}""";
        }
        await using var stub = await StubProvider.AnsweringAsync(http => http.Response.WriteAsync(http.Request.Query["page"] == "1" ? Page(1, true) : Page(2, false), Stop));

        // The second page begins with what the first one ended with.
        var all = (await stub.Client.ListAllDropletsAsync(cancellationToken: Stop)).Value();

        Assert.Equal([1, 2, 3], all.Select(droplet => droplet.Id));
        Assert.Equal(2, stub.Calls);
    }

    [Fact]
    public async Task A_page_that_is_refused_refuses_the_whole_list()
    {
        await using var stub = await StubProvider.AnsweringAsync(http =>
        {
            http.Response.StatusCode = http.Request.Query["page"] == "1" ? 200 : 401;
            return http.Response.WriteAsync($$$"""{"droplets":[{{{BareDroplet}}}],"links":{"pages":{"next":"x"}},"meta":{"total":400}}""", Stop);
        });
        Assert.True((await stub.Client.ListAllDropletsAsync(cancellationToken: Stop)).Refusal().IsUnauthorized);
    }

    [Theory]
    [InlineData("4", "4.0", "0.5")]
    [InlineData("4.0", "4", "1")]
    public async Task Prices_are_read_as_whole_numbers_and_as_fractions(string monthly, string same, string transfer)
    {
        var sizes = (await ReadAsync(
            $$$"""{"sizes":[{"slug":"a","price_monthly":{{{monthly}}},"price_hourly":5.95e-3,"transfer":{{{transfer}}},"regions":[],"available":true}],"links":{},"meta":{"total":1}}""",
            client => client.ListSizesAsync(Stop))).Value();
        Assert.Equal(decimal.Parse(same, System.Globalization.CultureInfo.InvariantCulture), sizes[0].PriceMonthly);
        Assert.Equal(0.00595m, sizes[0].PriceHourly);
    }

    [Fact]
    public async Task Action_ids_beyond_32_bits_are_read()
    {
        var action = (await ReadAsync(
            """{"action":{"id":3041720329,"status":"in-progress","type":"power_off","started_at":"2026-02-13T06:37:13Z","completed_at":null,"resource_id":551384349,"resource_type":"droplet","region":{},"region_slug":"nyc3"}}""",
            client => client.GetActionAsync(3041720329, Stop))).Value();
        Assert.Equal(3041720329, action.Id);
        Assert.Equal(ActionStatus.InProgress, action.Status);
        Assert.False(action.IsFinished);
        Assert.Null(action.CompletedAt);
    }

    [Fact]
    public async Task An_action_status_that_is_not_known_yet_counts_as_still_running()
    {
        var action = (await ReadAsync("""{"action":{"id":1,"status":"queued"}}""", client => client.GetActionAsync(1, Stop))).Value();
        Assert.Equal(ActionStatus.Unknown, action.Status);
        Assert.False(action.IsFinished);
    }

    [Theory]
    [InlineData("\"210000001\"")]
    [InlineData("210000001")]
    public async Task Snapshot_ids_are_read_as_text_and_as_numbers(string id)
    {
        var snapshots = (await ReadAsync(
            $$$"""{"snapshots":[{"id":{{{id}}},"name":"s","created_at":"2026-02-13T06:37:13Z","regions":["nyc3"],"min_disk_size":25,"size_gigabytes":2.3}],"links":{},"meta":{"total":1}}""",
            client => client.ListDropletSnapshotsAsync(1, Stop))).Value();
        Assert.Equal("210000001", snapshots[0].Id);
    }

    [Theory]
    [InlineData("""{"droplet":B,"links":{"actions":[{"id":3041720329,"rel":"create","href":"/v2/actions/3041720329"}]}}""", 3041720329L)]
    [InlineData("""{"droplet":B,"links":{"actions":[{"id":36805096,"rel":"create","href":"https://api.digitalocean.com/v2/actions/36805096"}]}}""", 36805096L)]
    [InlineData("""{"droplet":B,"links":{}}""", null)]
    [InlineData("""{"droplet":B}""", null)]
    public async Task The_create_action_is_read_by_id_whatever_its_link_looks_like(string body, long? actionId)
    {
        var created = (await ReadAsync(
            body.Replace("B", BareDroplet, StringComparison.Ordinal), client => client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop), 202)).Value();
        Assert.Equal(actionId, created.CreateActionId);
    }

    [Fact]
    public async Task Metrics_are_text_in_pairs_and_what_is_no_number_is_left_out()
    {
        var series = (await ReadAsync(
            """{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"host_id":"222651441","mode":"idle"},"values":[[1635386880,"122901.18"],[1635387000,"NaN"],[1635387120.0,"123020.92"]]}]}}""",
            client => client.GetMetricAsync(222651441, DropletMetric.Cpu, Rig.Start, Rig.Start, Stop))).Value();
        Assert.Equal("idle", series[0].Labels["mode"]);
        Assert.Equal([new MetricPoint(1635386880, 122901.18), new MetricPoint(1635387120, 123020.92)], series[0].Points);
    }

    [Fact]
    public async Task The_balance_is_text_without_an_envelope()
    {
        var balance = (await ReadAsync(
            """{"month_to_date_balance":"23.44","account_balance":"-12.23","month_to_date_usage":"11.21","generated_at":"2026-07-09T15:01:12Z"}""",
            client => client.GetBalanceAsync(Stop))).Value();
        Assert.Equal((23.44m, -12.23m, 11.21m), (balance.MonthToDateBalance, balance.AccountBalance, balance.MonthToDateUsage));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>maintenance</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"droplet":null}""")]
    [InlineData("""{"droplet":"gone"}""")]
    [InlineData("""{"droplet":{"name":"no id","status":"new","created_at":"2026-02-13T06:37:13Z"}}""")]
    [InlineData("""{"droplet":{"id":1,"status":"new","created_at":"2026-""")]
    public async Task A_success_that_does_not_say_what_it_must_is_an_unknown_outcome(string body)
    {
        Assert.Equal(UnknownReason.UnreadableBody, (await ReadAsync(body, client => client.GetDropletAsync(1, Stop))).Unknown());
        Assert.Equal(
            UnknownReason.UnreadableBody,
            (await ReadAsync(body, client => client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop), 202)).Unknown());
    }

    [Theory]
    [InlineData("""{"status":"success"}""")]
    [InlineData("""{"data":{"result":[{"metric":{}}]}}""")]
    [InlineData("""{"data":{"result":[{"metric":{},"values":[[1]]}]}}""")]
    [InlineData("""{"data":{"result":[{"metric":{},"values":[[1,true]]}]}}""")]
    public async Task Damaged_metrics_are_an_unknown_outcome(string body)
    {
        var result = await ReadAsync(body, client => client.GetMetricAsync(1, DropletMetric.Load1, Rig.Start, Rig.Start, Stop));
        Assert.Equal(UnknownReason.UnreadableBody, result.Unknown());
    }

    [Fact]
    public async Task The_budget_is_read_from_the_headers_and_nonsense_in_them_does_no_harm()
    {
        await using var told = await StubProvider.AnsweringAsync(
            200, $$"""{"droplet":{{BareDroplet}}}""", ("RateLimit-Limit", "5000"), ("RATELIMIT-REMAINING", "4816"), ("ratelimit-reset", "1444931833"));
        var ok = Assert.IsType<ProviderResult<Droplet>.Ok>(await told.Client.GetDropletAsync(1, Stop));
        Assert.Equal(new RateLimit(5000, 4816, DateTimeOffset.FromUnixTimeSeconds(1444931833)), ok.RateLimit);

        await using var nonsense = await StubProvider.AnsweringAsync(
            200, $$"""{"droplet":{{BareDroplet}}}""", ("ratelimit-limit", "99999999999999999999"), ("ratelimit-remaining", "many"), ("ratelimit-reset", "9999999999999"));
        Assert.Equal(RateLimit.Untold, Assert.IsType<ProviderResult<Droplet>.Ok>(await nonsense.Client.GetDropletAsync(1, Stop)).RateLimit);
    }
}

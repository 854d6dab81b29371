using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class CreationTests
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64"}""", "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("""{"name":"under_score","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64"}""", "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("""{"name":"dash-","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64"}""", "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("""{"name":"line\n","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64"}""", "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("""{"name":"a","names":["b"],"size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64"}""", "Name Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)")]
    [InlineData("""{"name":"a","size":"s-none","image":"ubuntu-24-04-x64"}""", "You specified an invalid size for Droplet creation.")]
    [InlineData("""{"name":"a","image":"ubuntu-24-04-x64"}""", "You specified an invalid size for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":"windows"}""", "You specified an invalid image for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":42}""", "You specified an invalid image for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":true}""", "You specified an invalid image for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64","region":"mars1"}""", "You specified an invalid region for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64","region":"sfo1"}""", "You specified an invalid region for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64","region":"atl1"}""", "Size is not available in this region.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64","ssh_keys":[512190,"aa:bb"]}""", "512190, aa:bb are invalid key identifiers for Droplet creation.")]
    [InlineData("""{"name":"a","size":"s-1vcpu-1gb","image":"ubuntu-24-04-x64","tags":["no.dots"]}""", "Tags may contain letters, numbers, colons, dashes, and underscores.")]
    public async Task A_wish_that_cannot_be_met_is_refused_in_the_providers_words(string body, string message)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.RawAsync("POST", "/v2/droplets", body);
        Assert.Equal((422, message), (answer.Status, answer.Message));
        Assert.Equal("unprocessable_entity", answer.Json.GetProperty("id").GetString());
        Assert.Equal(answer.Headers["x-request-id"], answer.Json.GetProperty("request_id").GetString());
        Assert.Equal(0, rig.Simulator.DropletCount);
    }

    [Fact]
    public async Task User_data_may_be_64_KiB_and_no_more_and_is_never_answered()
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(422, (await rig.CreateAsync(Rig.Wish() with { UserData = new string('x', 64 * 1024 + 1) })).Refusal().Status);
        var id = (await rig.CreateAsync(Rig.Wish() with { UserData = "#cloud-config canary" })).Value().Droplet.Id;
        Assert.DoesNotContain("canary", (await rig.RawAsync("GET", $"/v2/droplets/{id}")).Text, StringComparison.Ordinal);
        Assert.Contains("canary", (await rig.RawAsync("GET", "/_sandbox/droplets")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    public async Task A_body_that_is_no_object_is_a_bad_request(string body)
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(400, (await rig.RawAsync("POST", "/v2/droplets", body)).Status);
        Assert.Equal(400, (await rig.RawAsync("POST", "/v2/droplets", new string('[', 1_100_000))).Status);
    }

    [Fact]
    public async Task The_droplet_limit_counts_all_names_of_one_call()
    {
        await using var rig = await Rig.StartAsync(options => options.DropletLimit = 3);
        object Several(params string[] names) => new { names, size = "s-1vcpu-1gb", image = "ubuntu-24-04-x64", region = "nyc" };

        var two = await rig.RawAsync("POST", "/v2/droplets", Several("a", "b"));
        Assert.Equal((202, 2, 2), (two.Status, two.Json.GetProperty("droplets").GetArrayLength(), two.Json.GetProperty("links").GetProperty("actions").GetArrayLength()));
        Assert.Equal("creating this/these droplet(s) will exceed your droplet limit", (await rig.RawAsync("POST", "/v2/droplets", Several("c", "d"))).Message);
        (await rig.CreateAsync()).Value();
        Assert.True((await rig.CreateAsync()).Refusal().IsDropletLimit);
        Assert.Equal(422, (await rig.RawAsync("POST", "/v2/droplets", Several([.. Enumerable.Range(0, 11).Select(index => $"n{index}")]))).Status);
    }

    [Fact]
    public async Task Parallel_creations_do_not_exceed_the_limit()
    {
        await using var rig = await Rig.StartAsync(options => options.DropletLimit = 5);
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(index => rig.CreateAsync(Rig.Wish($"web-{index}"))));
        Assert.Equal(5, results.Count(result => result.TryGetValue(out _)));
        Assert.Equal(35, results.Count(result => result.WhyRefused is { IsDropletLimit: true }));
        Assert.Equal(5, (await rig.Client.ListAllDropletsAsync(cancellationToken: Stop)).Value().Select(droplet => droplet.Id).Distinct().Count());
    }

    [Fact]
    public async Task Two_identical_calls_make_two_droplets_because_the_provider_knows_no_idempotency()
    {
        await using var rig = await Rig.StartAsync();
        var (first, second) = ((await rig.CreateAsync()).Value(), (await rig.CreateAsync()).Value());
        Assert.NotEqual(first.Droplet.Id, second.Droplet.Id);
        Assert.Equal(2, (await rig.Client.ListAllDropletsAsync("svc-1", Stop)).Value().Count);
    }

    [Fact]
    public async Task A_key_suppresses_the_mail_and_is_named_by_id_or_fingerprint()
    {
        await using var rig = await Rig.StartAsync();
        var key = (await rig.Client.CreateSshKeyAsync("laptop", AccountTests.Ed25519, Stop)).Value();
        var wish = new { name = "a", size = "s-1vcpu-1gb", image = 195932981, ssh_keys = new object[] { key.Id, key.Fingerprint }, backups = true, ipv6 = true };
        Assert.Equal(202, (await rig.RawAsync("POST", "/v2/droplets/", wish)).Status);
        Assert.Equal("[]", (await rig.RawAsync("GET", "/_sandbox/outbox")).Text);

        rig.FinishActions();
        var made = (await rig.Client.ListAllDropletsAsync(cancellationToken: Stop)).Value().Single();
        Assert.Equal(["droplet_agent", "private_networking", "backups", "ipv6"], made.Features);
        var policy = (await rig.RawAsync("GET", $"/v2/droplets/{made.Id}/backups/policy")).Json.GetProperty("policy");
        Assert.Equal("daily", policy.GetProperty("backup_policy").GetProperty("plan").GetString());
    }

    [Fact]
    public async Task Lists_are_paged_with_links_to_the_simulator_itself()
    {
        await using var rig = await Rig.StartAsync();
        for (var index = 0; index < 5; index++)
            await rig.CreateAsync(Rig.Wish($"web-{index}"));

        async Task<System.Text.Json.JsonElement> PageAsync(int number) =>
            (await rig.RawAsync("GET", $"/v2/droplets?tag_name=svc-1&per_page=2&page={number}")).Json;
        static string[] Links(System.Text.Json.JsonElement page) => [.. page.GetProperty("links").GetProperty("pages").EnumerateObject().Select(link => link.Name)];

        Assert.Equal(["next", "last"], Links(await PageAsync(1)));
        Assert.Equal(["first", "prev", "next", "last"], Links(await PageAsync(2)));
        Assert.Equal(["first", "prev"], Links(await PageAsync(3)));
        Assert.Equal(5, (await PageAsync(2)).GetProperty("meta").GetProperty("total").GetInt32());
        var next = (await PageAsync(1)).GetProperty("links").GetProperty("pages").GetProperty("next").GetString()!;
        Assert.Equal($"{rig.Simulator.BaseUrl}v2/droplets?tag_name=svc-1&per_page=2&page=2", next);
        Assert.Equal(2, (await rig.RawAsync("GET", next)).Json.GetProperty("droplets").GetArrayLength());

        var second = (await rig.Client.ListDropletsAsync(new PageRequest(2, 2), "svc-1", Stop)).Value();
        Assert.Equal((2, 5L, true), (second.Items.Count, second.Total, second.HasMore));
        Assert.False((await rig.Client.ListDropletsAsync(new PageRequest(3, 2), "svc-1", Stop)).Value().HasMore);
        Assert.Empty((await rig.Client.ListDropletsAsync(new PageRequest(9, 2), "svc-1", Stop)).Value().Items);
    }

    [Theory]
    [InlineData("/v2/droplets?page=0")]
    [InlineData("/v2/droplets?per_page=201")]
    [InlineData("/v2/droplets?page=two")]
    [InlineData("/v2/droplets?tag_name=a&name=b")]
    public async Task A_list_that_cannot_be_is_refused(string path)
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal(422, (await rig.RawAsync("GET", path)).Status);
    }

    [Fact]
    public async Task Unpaged_lists_have_empty_links_and_keys_have_empty_pages()
    {
        await using var rig = await Rig.StartAsync();
        Assert.Equal("{}", (await rig.RawAsync("GET", "/v2/regions?per_page=200")).Json.GetProperty("links").GetRawText());
        Assert.Equal("""{"pages":{}}""", (await rig.RawAsync("GET", "/v2/account/keys")).Json.GetProperty("links").GetRawText());
    }

    [Fact]
    public async Task Droplets_are_found_by_name_whatever_its_case()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateAsync(Rig.Wish("Web-01"))).Value().Droplet.Id;
        Assert.Equal(1, (await rig.RawAsync("GET", "/v2/droplets?name=web-01")).Json.GetProperty("droplets").GetArrayLength());
        Assert.Equal(0, (await rig.RawAsync("GET", "/v2/droplets?name=web")).Json.GetProperty("droplets").GetArrayLength());
        Assert.Equal(0, (await rig.RawAsync("GET", "/v2/droplets?type=gpus")).Json.GetProperty("droplets").GetArrayLength());
        foreach (var (part, member) in new[] { ("kernels", "kernels"), ("neighbors", "droplets"), ("firewalls", "firewalls") })
        {
            Assert.Equal(0, (await rig.RawAsync("GET", $"/v2/droplets/{id}/{part}")).Json.GetProperty(member).GetArrayLength());
            Assert.Equal(404, (await rig.RawAsync("GET", $"/v2/droplets/1/{part}")).Status);
        }
    }

    [Theory]
    [InlineData("GET", "/v2/droplets/1")]
    [InlineData("DELETE", "/v2/droplets/1")]
    [InlineData("GET", "/v2/droplets/1/snapshots")]
    [InlineData("GET", "/v2/droplets/1/backups/policy")]
    [InlineData("GET", "/v2/droplets/1/actions")]
    [InlineData("POST", "/v2/droplets/1/actions")]
    [InlineData("GET", "/v2/actions/1")]
    [InlineData("GET", "/v2/snapshots/1")]
    [InlineData("GET", "/v2/account/keys/1")]
    [InlineData("GET", "/v2/tags/none")]
    [InlineData("GET", "/v2/droplets/99999999999999999999")]
    [InlineData("GET", "/v2/load_balancers")]
    public async Task What_is_not_there_is_404_in_the_providers_words(string method, string path)
    {
        await using var rig = await Rig.StartAsync();
        var answer = await rig.RawAsync(method, path);
        Assert.Equal((404, "The resource you were accessing could not be found."), (answer.Status, answer.Message));
    }
}

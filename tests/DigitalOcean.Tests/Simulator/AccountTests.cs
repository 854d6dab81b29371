using Webrana.DigitalOcean.Tests.Support;
using Webrana.Sandbox.DigitalOcean;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class AccountTests
{
    /// <summary>A key whose MD5 fingerprint ssh-keygen prints as <see cref="Ed25519Fingerprint"/>.</summary>
    public const string Ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILHLsxadNYmFHJyk1irmD6ALJU+41hV7jwgLg1sYt5Fc laptop";

    public const string Ed25519Fingerprint = "c4:8e:c4:6d:c0:0d:c8:51:9e:a8:47:0d:ec:bc:47:31";

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_has_the_fingerprint_ssh_keygen_gives_it_and_is_taken_once()
    {
        await using var rig = await Rig.StartAsync();
        var key = (await rig.Client.CreateSshKeyAsync("laptop", Ed25519, Stop)).Value();
        Assert.Equal((Ed25519Fingerprint, "laptop"), (key.Fingerprint, key.Name));
        Assert.True((await rig.Client.CreateSshKeyAsync("again", Ed25519, Stop)).Refusal().IsKeyAlreadyInUse);
        Assert.Equal([key.Id], (await rig.Client.ListSshKeysAsync(Stop)).Value().Select(one => one.Id));

        Assert.Equal(200, (await rig.RawAsync("GET", $"/v2/account/keys/{key.Fingerprint}")).Status);
        Assert.Equal("desk", (await rig.RawAsync("PUT", $"/v2/account/keys/{key.Id}", new { name = "desk" })).Json.GetProperty("ssh_key").GetProperty("name").GetString());
        Assert.Equal(422, (await rig.RawAsync("PUT", $"/v2/account/keys/{key.Id}", new { name = "" })).Status);
        (await rig.Client.DeleteSshKeyAsync(key.Id, Stop)).Value();
        Assert.True((await rig.Client.DeleteSshKeyAsync(key.Id, Stop)).Refusal().IsNotFound);
        Assert.Equal(404, (await rig.RawAsync("PUT", $"/v2/account/keys/{key.Id}", new { name = "desk" })).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ssh-ed25519")]
    [InlineData("ssh-ed25519 not-base64!")]
    [InlineData("ssh-ed25519 AAAA")]
    [InlineData("ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIJ1c0Yq8")]
    public async Task A_line_that_is_no_key_is_refused(string line)
    {
        await using var rig = await Rig.StartAsync();
        Assert.StartsWith("Key invalid, key should be of the format", (await rig.Client.CreateSshKeyAsync("x", line, Stop)).Refusal().Message, StringComparison.Ordinal);
        Assert.Equal(422, (await rig.Client.CreateSshKeyAsync("", Ed25519, Stop)).Refusal().Status);
    }

    [Fact]
    public async Task The_account_tells_its_limit_and_the_bill_follows_the_clock()
    {
        await using var rig = await Rig.StartAsync(options => options.DropletLimit = 7);
        var account = (await rig.Client.GetAccountAsync(Stop)).Value();
        Assert.Equal((7, "active", "owner-1@reseller.test"), (account.DropletLimit, account.Status, account.Email));

        Assert.Equal(0m, (await rig.Client.GetBalanceAsync(Stop)).Value().MonthToDateUsage);
        var id = (await rig.CreateActiveAsync()).Id;
        rig.Simulator.MoveClock(TimeSpan.FromHours(1000));
        Assert.Equal(8.93m, (await rig.Client.GetBalanceAsync(Stop)).Value().MonthToDateUsage);
        (await rig.Client.DeleteDropletAsync(id, Stop)).Value();
        rig.FinishActions();
        rig.Simulator.MoveClock(TimeSpan.FromHours(1000));
        Assert.Equal(8.93m, (await rig.Client.GetBalanceAsync(Stop)).Value().MonthToDateUsage);
    }

    [Fact]
    public async Task The_whole_catalogue_is_told_and_agrees_with_itself()
    {
        await using var rig = await Rig.StartAsync();
        var sizes = (await rig.Client.ListSizesAsync(Stop)).Value();
        var regions = (await rig.Client.ListRegionsAsync(Stop)).Value();
        var images = (await rig.Client.ListDistributionImagesAsync(Stop)).Value();

        Assert.Equal((20, 15, 12), (sizes.Count, regions.Count, images.Count));
        Assert.Equal(["sfo1", "ams2"], regions.Where(region => !region.Available).Select(region => region.Slug));
        Assert.All(regions.Where(region => !region.Available), region => Assert.Empty(region.Sizes));
        Assert.All(sizes, size => Assert.All(size.Regions, slug => Assert.Contains(size.Slug, regions.Single(region => region.Slug == slug).Sizes)));
        // price_hourly = price_monthly / 672, to five digits.
        Assert.All(sizes, size => Assert.Equal(size.PriceMonthly / 672, size.PriceHourly, 4));
        Assert.Contains("sgp1", sizes.Single(size => size.Slug == "s-1vcpu-512mb-10gb").Regions);
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/images/ubuntu-24-04-x64")).Status);
        Assert.Equal(404, (await rig.RawAsync("GET", "/v2/images/windows")).Status);
        Assert.Equal(0, (await rig.RawAsync("GET", "/v2/images?private=true")).Json.GetProperty("meta").GetProperty("total").GetInt32());
        Assert.Equal(0, (await rig.RawAsync("GET", "/v2/images?type=application")).Json.GetProperty("meta").GetProperty("total").GetInt32());
        Assert.Equal(12, (await rig.RawAsync("GET", "/v2/images")).Json.GetProperty("meta").GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task Tags_are_made_put_on_taken_off_and_found_by()
    {
        await using var rig = await Rig.StartAsync();
        var id = (await rig.CreateActiveAsync(Rig.Wish(tag: "svc-a:1"))).Id;
        Assert.Equal("Prod", (await rig.Client.CreateTagAsync("Prod", Stop)).Value().Name);
        Assert.Equal(422, (await rig.Client.CreateTagAsync("no.dots", Stop)).Refusal().Status);
        var resources = new { resources = new[] { new { resource_id = $"{id}", resource_type = "droplet" } } };

        Assert.Equal(204, (await rig.RawAsync("POST", "/v2/tags/Prod/resources", resources)).Status);
        Assert.Equal(404, (await rig.RawAsync("POST", "/v2/tags/unknown/resources", resources)).Status);
        Assert.Equal(404, (await rig.RawAsync("POST", "/v2/tags/Prod/resources", new { resources = new[] { new { resource_id = "1" } } })).Status);
        Assert.Equal([id], (await rig.Client.ListAllDropletsAsync("Prod", Stop)).Value().Select(droplet => droplet.Id));
        Assert.Equal(1, (await rig.RawAsync("GET", "/v2/tags/Prod")).Json.GetProperty("tag").GetProperty("resources").GetProperty("count").GetInt32());
        Assert.Equal(204, (await rig.RawAsync("DELETE", "/v2/tags/Prod/resources", resources)).Status);
        Assert.Empty((await rig.Client.ListAllDropletsAsync("Prod", Stop)).Value());
        Assert.Equal(204, (await rig.RawAsync("DELETE", "/v2/tags/svc-a:1")).Status);
        Assert.Equal(404, (await rig.RawAsync("DELETE", "/v2/tags/svc-a:1")).Status);
        Assert.Equal(["Prod"], (await rig.RawAsync("GET", "/v2/tags")).Json.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Two_tokens_are_two_accounts_and_no_token_is_none()
    {
        await using var rig = await Rig.StartAsync(options => options.Tokens = ["one", "two"]);
        Assert.Equal(200, (await rig.RawAsync("GET", "/v2/account", token: "two")).Status);
        var refused = await rig.RawAsync("GET", "/v2/account", token: "three");
        Assert.Equal((401, "Unable to authenticate you"), (refused.Status, refused.Message));
        await Assert.ThrowsAsync<ArgumentException>(() => DigitalOceanSimulator.StartAsync(new DigitalOceanSimulatorOptions { Tokens = [] }));
    }
}

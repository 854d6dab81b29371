using Webrana.DigitalOcean.Tests.Support;

namespace Webrana.DigitalOcean.Tests.Simulator;

public sealed class FirewallTests
{
    static readonly FirewallPeers Anywhere = new(["0.0.0.0/0", "::/0"]);

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static FirewallWish Wish(string name, long droplet, string ports = "22") => new()
    {
        Name = name,
        InboundRules = [new("tcp", ports, new(["203.0.113.0/24"]))],
        OutboundRules = [new("icmp", null, Anywhere)],
        DropletIds = [droplet],
    };

    [Fact]
    public async Task A_firewall_is_made_changed_listed_and_taken_away()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = (await rig.Client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Value().Droplet.Id;
        var made = (await rig.Client.CreateFirewallAsync(Wish("web", droplet), Stop)).Value();
        Assert.Equal(("web", "succeeded", "22"), (made.Name, made.Status, made.InboundRules.Single().Ports));

        var changed = (await rig.Client.UpdateFirewallAsync(made.Id, Wish("web", droplet, "80-443"), Stop)).Value();
        Assert.Equal((made.Id, "80-443"), (changed.Id, changed.InboundRules.Single().Ports));
        var listed = Assert.Single((await rig.Client.ListFirewallsAsync(Stop)).Value());
        Assert.Equal([droplet], listed.DropletIds);
        Assert.Equal(["203.0.113.0/24"], listed.InboundRules.Single().Sources.Addresses);
        Assert.Equal(200, (await rig.RawAsync("GET", $"/v2/firewalls/{made.Id}")).Status);
        Assert.Equal(1, (await rig.RawAsync("GET", $"/v2/droplets/{droplet}/firewalls")).Json.GetProperty("firewalls").GetArrayLength());

        (await rig.Client.DeleteFirewallAsync(made.Id, Stop)).Value();
        Assert.True((await rig.Client.DeleteFirewallAsync(made.Id, Stop)).Refusal().IsNotFound);
        Assert.True((await rig.Client.UpdateFirewallAsync(made.Id, Wish("web", droplet), Stop)).Refusal().IsNotFound);
    }

    [Fact]
    public async Task Names_are_unique_and_what_is_no_rule_or_droplet_is_refused()
    {
        await using var rig = await Rig.StartAsync();
        var droplet = (await rig.Client.CreateDropletAsync(Rig.Wish(), SendDeadline.None, Stop)).Value().Droplet.Id;
        (await rig.Client.CreateFirewallAsync(Wish("web", droplet), Stop)).Value();
        Assert.True((await rig.Client.CreateFirewallAsync(Wish("web", droplet), Stop)).Refusal().IsFirewallNameTaken);
        Assert.Equal(422, (await rig.Client.CreateFirewallAsync(Wish("", droplet), Stop)).Refusal().Status);
        Assert.Equal(422, (await rig.Client.CreateFirewallAsync(Wish("other", 1), Stop)).Refusal().Status);
        Assert.Equal(422, (await rig.Client.CreateFirewallAsync(Wish("other", droplet, ""), Stop)).Refusal().Status);
    }
}

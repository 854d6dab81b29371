using Webrana.Domain.Droplets;

namespace Webrana.Domain.Tests.Droplets;

public sealed class FirewallRuleTests
{
    [Theory]
    [InlineData("TCP", "22", "", "tcp 22")]
    [InlineData("udp", "8000 - 9000", "203.0.113.0/24", "udp 8000-9000 203.0.113.0/24")]
    [InlineData("tcp", "ALL", "0.0.0.0/0,::/0", "tcp all")]
    [InlineData("icmp", "22", "2001:DB8::/32,203.0.113.7", "icmp - 2001:db8::/32,203.0.113.7")]
    public void A_rule_is_written_one_way_and_read_back_the_same(string protocol, string ports, string sources, string text)
    {
        var rule = FirewallRule.Clean(protocol, ports, sources.Split(',', StringSplitOptions.RemoveEmptyEntries))!;
        Assert.Equal(text, rule.ToString());
        Assert.Equal(text, FirewallRule.Parse(text).ToString());
    }

    [Theory]
    [InlineData("gre", "22", "")]
    [InlineData("tcp", "", "")]
    [InlineData("tcp", "0", "")]
    [InlineData("tcp", "65536", "")]
    [InlineData("tcp", "90-80", "")]
    [InlineData("tcp", "1-2-3", "")]
    [InlineData("tcp", "ssh", "")]
    [InlineData("tcp", "22", "everywhere")]
    [InlineData("tcp", "22", "10.0.0.1/8")]
    [InlineData("tcp", "22", "1")]
    [InlineData("tcp", "22", "10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4,10.0.0.5,10.0.0.6")]
    public void What_is_no_rule_is_refused(string protocol, string ports, string sources) =>
        Assert.Null(FirewallRule.Clean(protocol, ports, sources.Split(',', StringSplitOptions.RemoveEmptyEntries)));

    [Theory]
    [InlineData("tcp", "22", true)]
    [InlineData("tcp", "20-30", true)]
    [InlineData("tcp", "all", true)]
    [InlineData("udp", "22", false)]
    [InlineData("tcp", "23-65535", false)]
    public void It_is_known_whether_SSH_comes_in(string protocol, string ports, bool lets) => Assert.Equal(lets, FirewallRule.Clean(protocol, ports, [])!.LetsSshIn);

    [Fact]
    public void From_nowhere_in_particular_is_from_everywhere() => Assert.Equal(["0.0.0.0/0", "::/0"], FirewallRule.Clean("tcp", "22", null)!.From);
}

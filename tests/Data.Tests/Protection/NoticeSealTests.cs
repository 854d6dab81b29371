using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Webrana.Data.Notices;
using Webrana.Data.Protection;

namespace Webrana.Data.Tests.Protection;

/// <summary>Links on their way into a mail: readable to whoever has the ring, each for its own notice.</summary>
public sealed class NoticeSealTests
{
    const string Link = "https://webrana.example/reset-password?token=t";

    readonly NoticeSeal _seal = new(new EphemeralDataProtectionProvider());

    static NoticeRow Notice(string id) => new(
        NoticeKey.Of(Guid.Parse("0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01"), id), Guid.Parse("0192f0c4-7a10-7b3e-9d55-3f1e6f2a9b01"), id, "ResetPassword",
        new Dictionary<string, string> { ["url"] = Link, ["to"] = "ani@example.com" }, InPanel: false, DateTimeOffset.UnixEpoch);

    [Fact]
    public void What_was_closed_opens_as_it_was_and_its_row_tells_nothing()
    {
        var closed = _seal.Close(Notice("one"));
        Assert.DoesNotContain(closed.Facts.Keys.Concat(closed.Facts.Values), text => text.Contains("example", StringComparison.Ordinal));
        Assert.Equal(Notice("one").Facts.Order(Named), _seal.Open(closed).Facts.Order(Named));
        Assert.Equal(Notice("one") with { Facts = closed.Facts }, closed);
    }

    [Fact]
    public void A_link_opens_under_its_own_notice_alone()
    {
        var stolen = Notice("another") with { Facts = _seal.Close(Notice("one")).Facts };
        Assert.ThrowsAny<CryptographicException>(() => _seal.Open(stolen));
        Assert.ThrowsAny<CryptographicException>(() => new NoticeSeal(new EphemeralDataProtectionProvider()).Open(_seal.Close(Notice("one"))));
    }

    [Fact]
    public void What_an_earlier_release_wrote_is_read_as_it_lies_there() => Assert.Equal(Link, _seal.Open(Notice("one")).Facts["url"]);

    static readonly Comparer<KeyValuePair<string, string>> Named = Comparer<KeyValuePair<string, string>>.Create((one, other) => string.CompareOrdinal(one.Key, other.Key));
}

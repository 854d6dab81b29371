using Webrana.Domain.Legal;

namespace Webrana.Domain.Tests.Legal;

/// <summary>Which version binds, and what is still to be accepted.</summary>
public sealed class LegalRulesTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 29, 8, 0, 0, TimeSpan.Zero);

    static readonly LegalVersion[] Versions =
    [
        new(LegalDocument.Terms, 1, Now.AddDays(-300)), new(LegalDocument.Terms, 2, Now.AddDays(-1)), new(LegalDocument.Terms, 3, Now.AddDays(10)),
        new(LegalDocument.Privacy, 1, Now.AddDays(-300)), new(LegalDocument.AcceptableUse, 1, Now.AddDays(5)),
    ];

    [Fact]
    public void The_newest_version_whose_day_has_come_binds_and_later_ones_are_ahead()
    {
        Assert.Equal([Versions[1], Versions[3]], LegalRules.InForce(Versions, Now));
        Assert.Equal([Versions[4], Versions[2]], LegalRules.Ahead(Versions, Now));
    }

    [Fact]
    public void A_version_binds_from_its_very_instant_on()
    {
        Assert.Equal(2, LegalRules.InForce(Versions, Now.AddDays(10).AddTicks(-1))[0].Version);
        Assert.Equal(3, LegalRules.InForce(Versions, Now.AddDays(10))[0].Version);
    }

    [Fact]
    public void A_yes_to_an_older_version_is_none_to_the_one_that_binds_and_a_yes_ahead_is()
    {
        Assert.Equal([Versions[1], Versions[3]], LegalRules.Missing(Versions, [], Now));
        Assert.Equal([Versions[1]], LegalRules.Missing(Versions, [Yes(LegalDocument.Terms, 1), Yes(LegalDocument.Privacy, 1)], Now));
        Assert.Empty(LegalRules.Missing(Versions, [Yes(LegalDocument.Terms, 3), Yes(LegalDocument.Privacy, 1)], Now));
    }

    [Theory]
    [InlineData(4, 11, true)]
    [InlineData(5, 11, false)] // a number left out
    [InlineData(3, 11, false)] // a number taken
    [InlineData(4, 9, false)] // binding before the version it follows
    [InlineData(4, -1, false)] // binding in the past
    public void The_next_version_has_the_next_number_and_binds_after_the_one_before(int version, int inDays, bool may) =>
        Assert.Equal(may, LegalRules.MayFollow(Versions, new LegalVersion(LegalDocument.Terms, version, Now.AddDays(inDays)), Now));

    static LegalAcceptance Yes(LegalDocument document, int version) => new(document, version, Now.AddDays(-2));
}

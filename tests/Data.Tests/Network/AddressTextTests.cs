using Webrana.Data.Network;

namespace Webrana.Data.Tests.Network;

/// <summary>How addresses are written where text is compared.</summary>
public sealed class AddressTextTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1")]
    [InlineData("2001:db8:0:0::1", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("::FFFF:cb00:7107", "203.0.113.7")]
    public void However_it_is_typed_an_address_has_one_form(string typed, string canonical) => Assert.Equal(canonical, AddressText.Canonical(typed));

    [Theory]
    [InlineData("10.1")]
    [InlineData("203.0.113")]
    [InlineData("2001:db8")]
    [InlineData("412345678")]
    [InlineData("web-01")]
    [InlineData("sari@example.com")]
    [InlineData("")]
    public void A_beginning_a_number_and_a_word_are_none(string typed) => Assert.Null(AddressText.Canonical(typed));
}
